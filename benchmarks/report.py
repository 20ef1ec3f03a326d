"""Results as a table for people and as JSON for machines."""

import json
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from os import sched_getaffinity
from pathlib import Path
from statistics import median

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True)
class Result:
    """One thing measured, perhaps several times."""

    part: str
    """The letter of the measurement, a to f."""
    name: str
    unit: str
    values: list[float]
    goal: float | None = None
    """At most this much; None where there is no goal."""

    @property
    def met(self) -> bool | None:
        """Whether the median reaches the goal."""
        return None if self.goal is None else median(self.values) <= self.goal

    def row(self) -> list[str]:
        """As the table shows it."""
        spread = f"{min(self.values):.3g} to {max(self.values):.3g}" if len(self.values) > 1 else ""
        goal = "" if self.goal is None else f"≤ {self.goal:g} {'met' if self.met else 'MISSED'}"
        return [self.part, self.name, f"{median(self.values):.3g}", self.unit, spread, goal]


def table(results: Iterable[Result]) -> str:
    """Aligned columns: part, what, median, unit, spread, goal."""
    rows = [["", "what", "median", "unit", "spread", "goal"], *(result.row() for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def keep(results: Iterable[Result]) -> Path:
    """Write the results of one run of the benchmarks to a file of its own."""
    RESULTS.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    git = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    path = RESULTS / f"{now:%Y-%m-%d-%H%M%S}.json"
    facts = {
        "at": now.isoformat(timespec="seconds"),
        "commit": git.stdout.strip(),
        "python": platform.python_version(),
        "cores": len(sched_getaffinity(0)),
        "results": [vars(result) | {"median": median(result.values), "met": result.met} for result in results],
    }
    path.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return path
