"""The process that reads one PDF, within limits of its own, so that no file can harm a run.

    python -m harvester.files.examine FILE MEMORY SECONDS [PACKS PAGE_SECONDS]

Prints lines of JSON: first `pages` and `metadata`; one a page with `text`, `lacks` (no text, though not
blank) and with OCR `confidence` and `words`; last `end`. Whoever kills it has what came before. MEMORY is in
bytes, SECONDS of processor time; PACKS (`rus+eng`) has pages without text read by Tesseract.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

_TAIL = 1 << 16


def main(arguments: list[str]) -> None:
    """Read the file; what is the matter with it is said on the way, never raised."""
    path, memory, seconds = Path(arguments[0]), int(arguments[1]), int(arguments[2])
    packs, page_seconds = (arguments[3].split("+"), float(arguments[4])) if len(arguments) > 3 else ([], 0.0)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))  # should nobody be left to end us
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from harvester.files import pdf  # within the limits

    try:
        file = pdf.Pdf(path)
        say(pages=file.pages, metadata=file.metadata(), whole=_is_whole(path))
        for number in range(file.pages):
            page = file.read(number)
            lacks = not page.readable and not page.blank
            if lacks and packs:
                _recognise(file.image(number), packs, page_seconds)
            else:
                say(lines=[_plain(line) for line in page.lines], lacks=lacks)
        say(end=True)
    except pdf.PdfError as error:
        say(problem=str(error), encrypted=error.encrypted)
    except MemoryError:
        say(problem="reading it takes more memory than it may have")


def say(**values: Any) -> None:
    """One line for whoever listens, at once."""
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def _recognise(image: bytes, packs: list[str], seconds: float) -> None:
    from harvester.files import ocr  # only then, for it takes a while to load

    spent = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(spent.ru_utime + spent.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
    try:
        reading = ocr.read(image, packs, seconds)
        say(text=reading.text, confidence=reading.confidence, words=reading.words, lacks=True)
    except ocr.OcrError as error:
        say(lacks=True, trouble=str(error))


def _plain(line: Any) -> list[Any]:
    return [line.text, line.left, line.right, line.base, line.size]


def _is_whole(path: Path) -> bool:
    """Whether the end mark stands near the end; readers mend files without it, but they are cut."""
    with open(path, "rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        return b"%%EOF" in file.read()


if __name__ == "__main__":
    main(sys.argv[1:])
