"""What went wrong with a request, in words for the person who reads the report. Pure."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from twisted.internet.error import ConnectError, SSLError

_WORDS: dict[type[BaseException], str] = {
    CannotResolveHostError: "the host's name leads nowhere: no network, or the site is gone",
    DownloadConnectionRefusedError: "the connection was refused",
    DownloadTimeoutError: "no whole answer within the time limit",
    DownloadCancelledError: "the answer was larger than allowed",
    ResponseDataLossError: "the answer was cut short",
    DownloadFailedError: "the connection broke, or what came was no HTTP",
    SSLError: "no secure connection could be made",
    ConnectError: "no connection could be made",
}


def reason(error: BaseException | None) -> str:
    """`the answer was cut short (ResponseDataLossError)`; of an error not known here, what it says."""
    name = type(error).__name__
    words = next((words for kind, words in _WORDS.items() if isinstance(error, kind)), str(error))
    return f"{words} ({name})" if words else name
