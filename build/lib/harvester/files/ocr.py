"""Reads images with Tesseract, which must be installed (Debian: tesseract-ocr). Raises OcrError."""

import csv
import subprocess
from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce
from itertools import groupby

from harvester.files.paragraphs import glue

INSTALL = (
    "OCR needs Tesseract: `apt-get install tesseract-ocr`, and for other languages than English their packs,"
    " such as `tesseract-ocr-rus` or `tesseract-ocr-chi-sim`"
)


class OcrError(Exception):
    """Raised when Tesseract is not there, fails or takes too long."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What Tesseract read on a page."""

    text: str
    """Paragraphs separated by a blank line."""
    confidence: float
    """0 to 1, the mean over the words; 0 when there are none."""
    words: int


def packs() -> set[str]:
    """The language packs that are installed, by Tesseract's names."""
    output = _run(["--list-langs"], b"", 30)
    return set(output.decode("utf-8", "replace").split("\n")[1:]) - {"", "osd"}


def read(image: bytes, languages: Collection[str], seconds: float) -> Reading:
    """Read an image in any format that Tesseract knows."""
    output = _run(["stdin", "stdout", "-l", "+".join(languages), "--dpi", "300", "tsv"], image, seconds)
    return parse(output.decode("utf-8", "replace"))


def parse(table: str) -> Reading:
    """The text and the confidence in Tesseract's table of words."""
    words = [
        row
        for row in csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
        if row["level"] == "5" and (row["text"] or "").strip()
    ]
    paragraphs = [
        reduce(glue, (row["text"].strip() for row in group))
        for _, group in groupby(words, lambda row: (row["block_num"], row["par_num"]))
    ]
    confidences = [float(row["conf"]) for row in words if float(row["conf"]) >= 0]
    mean = sum(confidences) / len(confidences) / 100 if confidences else 0.0
    return Reading("\n\n".join(paragraphs), round(mean, 4), len(words))


def _run(arguments: list[str], data: bytes, seconds: float) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603
            ["tesseract", *arguments],  # noqa: S607
            input=data,
            capture_output=True,
            timeout=seconds,
            check=True,
        )
    except FileNotFoundError:
        raise OcrError(INSTALL) from None
    except subprocess.TimeoutExpired:
        raise OcrError(f"Tesseract took longer than {seconds:.0f} seconds for a page") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip().split("\n")[-1]
        raise OcrError(f"Tesseract failed: {said or f'code {error.returncode}'}") from None
    return done.stdout
