"""Serve the sample archive until Ctrl-C; the first line printed says where."""

import argparse

from harvester.exceptions import HarvesterError
from harvester.sample_site import SampleSite
from harvester.sample_site.archive import ROOT


def main() -> None:
    """Serve the folder and port of the command line."""
    parser = argparse.ArgumentParser(prog="python -m harvester.sample_site", description=__doc__)
    parser.add_argument("root", nargs="?", default=ROOT, help="folder of the sample (tests/fixtures)")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    arguments = parser.parse_args()
    try:
        site = SampleSite(arguments.root, arguments.port)
    except HarvesterError as error:
        parser.exit(error.exit_code, f"{error}\n")
    except (OSError, OverflowError) as error:
        parser.exit(1, f"Port {arguments.port} cannot be used: {error}. Try another with --port.\n")
    print(f"The sample archive is at {site.url} (Ctrl-C to stop)", flush=True)
    try:
        site.serve()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
