"""Remembers what has been read: the same names, places and dates stand on thousands of pages. Pure."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast

_F = TypeVar("_F", bound=Callable[..., Any])

_LONGEST = 2_000
"""Characters; a hostile page's longer values are read, and forgotten, so that memory stays bounded."""


def remembered(most: int) -> Callable[[_F], _F]:
    """Keep a function's results for its last `most` values; it is called with strings and None, by position."""

    def decorate(function: _F) -> _F:
        kept = lru_cache(maxsize=most)(function)

        @wraps(function)
        def call(*values: str | None) -> Any:
            for value in values:
                if value and len(value) > _LONGEST:
                    return function(*values)
            return kept(*values)

        return cast(_F, call)

    return decorate
