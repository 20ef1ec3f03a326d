"""Reads the `-a` arguments of spiders. Raises UsageError with the nearest known name or the allowed values."""

import os
import re
import shutil
from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from glob import glob
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harvester.exceptions import UsageError
from harvester.files.ocr import INSTALL


def read(
    spider: str,
    known: Mapping[str, Callable[[str], Any]],
    given: Mapping[str, str],
    required: Collection[str] = (),
) -> dict[str, Any]:
    """Name → value of what was given, each read by its reader in `known`; those `required` must be given."""
    values = {}
    for name, text in given.items():
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f" Did you mean `-a {near[0]}=…`?" if near else ""
            raise UsageError(f"`{spider}` knows no argument `{name}`.{hint} It knows: {', '.join(known)}.")
        try:
            values[name] = known[name](text)
        except ValueError as error:
            raise UsageError(f"`-a {name}={text}` will not do: {error}.") from None
    for name in required:
        if name not in values:
            raise UsageError(f"`{spider}` must be told `-a {name}=…`. It knows: {', '.join(known)}.")
    return values


def yes_no(text: str) -> bool:
    """`yes` or `no`."""
    answers = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if text.strip().lower() not in answers:
        raise ValueError("it is either `yes` or `no`")
    return answers[text.strip().lower()]


def ocr(text: str) -> bool:
    """`yes` or `no`; `yes` only where Tesseract is installed."""
    wanted = yes_no(text)
    if wanted and shutil.which("tesseract") is None:
        raise ValueError(INSTALL)
    return wanted


def count(text: str) -> int:
    """A whole number from 1."""
    if not text.strip().isascii() or not text.strip().isdigit() or int(text) < 1:
        raise ValueError("it must be a whole number from 1")
    return int(text)


def site(text: str) -> str:
    """The root of a site: `https://host[:port]`."""
    parts = urlsplit(text.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(
            "it must be an address that begins with https:// or http://, such as https://digitalarchive.wilsoncenter.org"
        )
    _ = parts.port  # raises ValueError when it is no number
    return text.strip().rstrip("/")


def addresses(text: str) -> list[str]:
    """Addresses separated by commas or white space."""
    found = text.replace(",", " ").split()
    if not found:
        raise ValueError("it must name at least one address")
    return found


def paths(text: str) -> list[Path]:
    """Files and folders that can be read, by name or pattern (`*`, `?`, `**`), in the order of their names."""
    pattern = str(Path(text.strip()).expanduser())
    found = [Path(pattern)] if os.path.lexists(pattern) else sorted(map(Path, glob(pattern, recursive=True)))
    if not text.strip() or not found:
        raise ValueError("there is no such file or folder")
    for path in found:
        if not os.access(path, os.R_OK | (os.X_OK if path.is_dir() else 0)):
            raise ValueError(f"{path} cannot be read")
    return found


def moment(text: str) -> str:
    """The beginning of a timestamp: 2019, 201903, 2019-03-31, up to 14 digits."""
    digits = re.sub(r"[-:TZ\s]", "", text)
    if not re.fullmatch(r"(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:\d\d){0,4})?", digits, re.ASCII):
        raise ValueError("it must be a time such as 2019, 201903 or 20190331")
    return digits


def in_order(first: str, last: str) -> None:
    """Raise UsageError when `-a from` begins after `-a to` ends."""
    if first > last.ljust(14, "9"):
        raise UsageError(f"`-a from={first} -a to={last}` will not do: the time ends before it begins.")
