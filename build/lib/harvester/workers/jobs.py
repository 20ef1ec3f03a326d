"""What goes to a reading process and what comes back."""

from dataclasses import dataclass

from harvester.capture import Capture, Provenance
from harvester.reading import Reading

Job = tuple[Capture, bool]
"""A capture, and whether trafilatura is to read it too."""


@dataclass
class Unreadable:
    """A capture that could not be read within the limits, or that ended the process that read it."""

    provenance: Provenance
    reason: str


Result = Reading | Unreadable
