"""The plain parts of an archival citation; only what is certain. Pure; raises nothing."""

from functools import lru_cache

from harvester.items import Citation


@lru_cache(maxsize=1_024)
def read(source: str | None) -> Citation | None:
    """What a source citation says plainly; None when there is none."""
    return Citation() if source else None
