"""Has PDFs read in processes of their own, and makes of what they say the contents of a file.

Never blocks the event loop; a process that takes too long, too much memory or crashes is ended, and what
it said before counts. Raises OcrError when Tesseract cannot be asked what it knows.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harvester.files.paragraphs import Line, join
from harvester.store.files import Contents

_LONGEST = 64 << 20
"""Bytes of answers from one process: a book has two million."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost."""

    seconds: float = 120
    """Until its text is read."""
    memory: int = 1 << 30
    """Bytes."""
    page_seconds: float = 120
    """For each page that Tesseract reads."""


@dataclass(slots=True)
class _Heard:
    """What a process has said so far."""

    pages: int | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    whole: bool = True
    encrypted: bool = False
    ended: bool = False
    problem: str | None = None
    trouble: str | None = None
    texts: list[list[Line] | str] = field(default_factory=list)
    lacking: int = 0
    confident: float = 0.0
    words: int = 0

    def hear(self, said: dict[str, Any]) -> None:
        if "pages" in said:
            self.pages, self.metadata, self.whole = said["pages"], said["metadata"], said["whole"]
        elif "lacks" in said:
            self.texts.append(said.get("text") or [Line(*line) for line in said.get("lines", [])])
            self.lacking += said["lacks"]
            self.words += said.get("words", 0)
            self.confident += said.get("confidence", 0.0) * said.get("words", 0)
            self.trouble = said.get("trouble", self.trouble)
        else:
            self.ended = said.get("end", False)
            self.problem = said.get("problem")
            self.encrypted = said.get("encrypted", False)


async def read(path: Path, limits: Limits, packs: list[str] | None = None) -> Contents:
    """The contents of the PDF at `path`; with `packs`, pages without text are read by Tesseract."""
    heard = _Heard()
    command = [sys.executable, "-m", "harvester.files.examine", str(path), str(limits.memory)]
    command.append(str(int(limits.seconds) + 1))
    if packs:
        command += ["+".join(packs), str(limits.page_seconds)]
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=_LONGEST,
        env=os.environ | {"OMP_THREAD_LIMIT": "1"},  # Tesseract's threads cost more than they give
        start_new_session=True,
    )
    try:
        stopped = await _listen(process, heard, limits, ocr=bool(packs))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        code = await process.wait()
    if not (heard.ended or heard.problem):
        heard.problem = stopped or f"the process that read it ended with code {code}"
        if heard.texts:
            heard.problem += f", after page {len(heard.texts)}"
    return _contents(heard, packs)


async def _listen(process: asyncio.subprocess.Process, heard: _Heard, limits: Limits, *, ocr: bool) -> str | None:
    """Hear a process out; returns why it was stopped, None when it ended by itself."""
    assert process.stdout
    left, size = limits.seconds, 0
    clock = asyncio.get_running_loop().time
    while True:
        begun = clock()
        try:
            line = await asyncio.wait_for(process.stdout.readline(), left + (limits.page_seconds if ocr else 0.0))
        except TimeoutError:
            return f"reading it took longer than {limits.seconds:.0f} seconds"
        except ValueError:  # a line above the limit
            return f"its text is longer than {_LONGEST:,} bytes"
        if not line:
            return None
        size += len(line)
        if size > _LONGEST:
            return f"its text is longer than {_LONGEST:,} bytes"
        said = json.loads(line)
        heard.hear(said)
        if "words" not in said:  # a page that Tesseract read has time of its own
            left = max(0.0, left - (clock() - begun))


def _contents(heard: _Heard, packs: list[str] | None) -> Contents:
    texts = [part if isinstance(part, str) else join([part]) for part in heard.texts]
    lines = [part for part in heard.texts if not isinstance(part, str)]
    text = join(lines) if len(lines) == len(texts) else "\n\n".join(part for part in texts if part)
    readable = len(heard.texts) - heard.lacking
    metadata = dict(heard.metadata)
    if heard.lacking:
        metadata["pages_without_text"] = heard.lacking
    if heard.encrypted:
        condition = "encrypted"
    elif heard.pages is None or not heard.whole or not (heard.ended or heard.texts):
        condition = "broken"
    else:
        condition = "image-only" if heard.lacking and not readable else "ok"
    read_by_ocr = packs is not None and heard.lacking > 0
    problem = heard.problem or heard.trouble
    return Contents(
        condition=condition,
        pages=heard.pages,
        text=text or None,
        text_from="ocr" if read_by_ocr else "pdf" if text else None,
        problem=problem or (None if heard.whole else "its end is missing"),
        metadata=metadata,
        ocr_confidence=round(heard.confident / heard.words, 4) if heard.words else None,
        ocr_languages="+".join(packs or []) if read_by_ocr else None,
    )
