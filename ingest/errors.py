"""Every error a user can meet, as one tree: what failed, which one, why, and what to do.

    VerbatimError                     exit code 1
    ├── SettingsError                 2   a setting or an argument is wrong
    ├── IndexHeldError                3   another process owns the embedded index
    ├── CatalogueError                    the database cannot be opened, or has another schema
    ├── VectorIndexError                  the vector index cannot be used
    │   └── ModelMismatchError            it was built with another embedding model
    ├── EmbeddingError                    the embedding model cannot be loaded
    ├── NotFoundError                     no such article, source or file
    ├── SourceError                       a source could not be read (carries a `FailureKind`)
    │   ├── FetchError                    its address or file could not be downloaded or opened
    │   └── ParseError                    its bytes are not what they claim to be
    └── LanguageModelError                the language model failed (bot only)

`str(error)` is `what: which one: why`; the command line prints it behind `error: ` and the hint behind `hint: `.
"""

from __future__ import annotations

import re
from enum import StrEnum

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class FailureKind(StrEnum):
    """Why a source or one of its items could not be read; stored with the source and shown by `ingest sources`."""

    ADDRESS_REFUSED = "address_refused"
    BAD_URL = "bad_url"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    RESET = "reset"
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    BAD_REDIRECT = "bad_redirect"
    BAD_RESPONSE = "bad_response"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    GONE = "gone"
    RATE_LIMITED = "rate_limited"
    CLIENT_ERROR = "client_error"
    SERVER_ERROR = "server_error"
    ROBOTS = "robots"
    WRONG_TYPE = "wrong_type"
    BAD_CHARSET = "bad_charset"
    BAD_XML = "bad_xml"
    NOT_A_FEED = "not_a_feed"
    NO_TEXT = "no_text"
    CONSENT_WALL = "consent_wall"
    BAD_PDF = "bad_pdf"
    BAD_LINE = "bad_line"
    PARSE_TIMEOUT = "parse_timeout"
    PARSE_MEMORY = "parse_memory"
    PARSE_CRASH = "parse_crash"
    FILE_MISSING = "file_missing"
    FILE_UNREADABLE = "file_unreadable"


class VerbatimError(Exception):
    """A failure that the user can understand and fix. Control characters are escaped: what it names may be hostile.

    Args:
        what: what could not be done, in a few words ("cannot open the catalogue").
        which: what it happened to: a path, URL, id or setting.
        why: the cause.
        hint: what to do now; "" if there is nothing to do.
        retryable: whether the same call may succeed later.
    """

    exit_code = 1

    def __init__(self, what: str, which: str, why: str, *, hint: str = "", retryable: bool = False) -> None:
        self.what, self.which, self.why = (_printable(words) for words in (what, which, why))
        super().__init__(f"{self.what}: {self.which}: {self.why}")
        self.hint = hint
        self.retryable = retryable


class SettingsError(VerbatimError):
    exit_code = 2


class IndexHeldError(VerbatimError):
    exit_code = 3


class CatalogueError(VerbatimError):
    pass


class VectorIndexError(VerbatimError):
    pass


class ModelMismatchError(VectorIndexError):
    pass


class EmbeddingError(VerbatimError):
    pass


class NotFoundError(VerbatimError):
    pass


class SourceError(VerbatimError):
    """A source, or one item of it, could not be read."""

    def __init__(
        self,
        kind: FailureKind,
        what: str,
        which: str,
        why: str,
        *,
        hint: str = "",
        retryable: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(what, which, why, hint=hint, retryable=retryable)
        self.kind = kind
        self.retry_after_s = retry_after_s


class FetchError(SourceError):
    pass


class ParseError(SourceError):
    pass


class LanguageModelError(VerbatimError):
    pass


def _printable(words: str) -> str:
    """On one line, with control characters escaped."""
    return _UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], " ".join(words.split("\n")))
