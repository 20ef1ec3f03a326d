"""`scrapy browse`: Datasette on the output directory."""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from harvester.commands.archive import held
from harvester.commands.stop import stoppable
from harvester.reading_room import kit

PORT = 8001
_PATIENCE = 30  # seconds for Datasette to start


class Command(ScrapyCommand):
    """Serves the reading room until it is stopped with Ctrl-C."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        return "Read the harvested archive in a browser"

    def long_desc(self) -> str:
        return (
            "Serves the archive in the output directory (-s HARVEST_OUTPUT=DIR) with Datasette, on this "
            "machine only unless --host says otherwise. `datasette DIR` shows the same."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--port", type=int, help=f"port to serve on (default: {PORT}, or the next free one)")
        parser.add_argument("--host", default="127.0.0.1", help="address to serve on (default: this machine only)")
        parser.add_argument("--no-open", action="store_true", help="do not open a browser")
        parser.add_argument("--no-sql", action="store_true", help="let nobody run SQL of their own")

    @stoppable
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise UsageError(f"`scrapy browse` takes no {args[0]!r}; name a folder with -s HARVEST_OUTPUT=DIR.")
        output = held(self.settings)
        installed = kit.install(output)
        for name in installed.kept:
            print(f"Kept your {name}; this version's own lies beside it as {name}.new.")
        port = _port(opts.host, opts.port)
        command = [sys.executable, "-m", "datasette", "serve", str(output)]
        command += ["--host", opts.host, "--port", str(port)]
        if opts.no_sql:
            command += ["--setting", "default_allow_sql", "off"]
        shown = "127.0.0.1" if opts.host in ("0.0.0.0", "") else opts.host  # noqa: S104
        address = f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)  # noqa: S603
        try:
            self.exitcode = _serve(server, address, browser=not opts.no_open and _has_desktop())
        except KeyboardInterrupt:
            print("\nClosed.")
        finally:
            for again in (signal.SIGINT, signal.SIGTERM):  # `make` passes on what the terminal has sent already
                signal.signal(again, signal.SIG_IGN)
            server.terminate()
            server.wait()


def _serve(server: "subprocess.Popen[str]", address: str, *, browser: bool) -> int:
    """Say where it is as soon as it answers, then wait for its end; returns the exit code."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(address + "-/versions.json", timeout=1).close()  # noqa: S310
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
            continue
        print(f"The archive is open at {address}\nStop with Ctrl-C.", flush=True)
        if browser:
            webbrowser.open(address)
        break
    _, errors = server.communicate()
    if server.returncode:
        print(f"Datasette stopped: {errors.strip() or server.returncode}", file=sys.stderr)
        return 1
    return 0


def _port(host: str, wanted: int | None) -> int:
    """The port asked for, or the first free one from `PORT`; raises UsageError when it is taken."""
    for port in [wanted] if wanted is not None else range(PORT, PORT + 50):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OverflowError as error:
                raise UsageError(f"--port {port}: {error}", print_help=False) from None
            except OSError as error:
                reason = error
                continue
            return int(probe.getsockname()[1])
    raise UsageError(
        f"Cannot serve on {host}, port {wanted or PORT}: {reason.strerror or reason}. Name another with --port.",
        print_help=False,
    )


def _has_desktop() -> bool:
    """Whether a person sits before a screen of this machine."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("SSH_CONNECTION"):
        return False
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
