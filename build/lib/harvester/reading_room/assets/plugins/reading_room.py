"""Loads the reading room from the folder beside this file: Datasette reads single files here only."""

import sys
from pathlib import Path

if (_here := str(Path(__file__).parent)) not in sys.path:
    sys.path.append(_here)

from wilson_reading_room.hooks import *  # noqa: F403
