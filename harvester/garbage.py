"""Python's search for objects that only refer to each other, where many are made and few do so."""

import gc


def search_seldom() -> None:
    """From now on in this process: never in what is there already, and seldom in what comes."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
