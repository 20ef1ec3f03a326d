"""Finds the archive that a command is to work on."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from harvester.console import typed
from harvester.exceptions import StoreError
from harvester.store.database import NAME, connect

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


def held(settings: "BaseSettings | None") -> Path:
    """The output directory, which must hold a database, brought up to this version where that can be done.

    Raises Scrapy's UsageError (exit code 2).
    """
    assert settings is not None
    output = Path(settings["HARVEST_OUTPUT"])
    if not (output / NAME).is_file():
        raise UsageError(
            typed(
                f"There is no archive in {output}/ yet. Harvest one first: `scrapy crawl document`, or "
                "`make demo` for a small sample; or name the folder that holds one: `-s HARVEST_OUTPUT=DIR`."
            ),
            print_help=False,
        )
    with suppress(StoreError):  # a database that cannot be written is read as it is
        connect(output).conn.close()
    return output
