"""What a download gives back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response that can be used: 200, or 304 to a conditional request.

    Attributes:
        url: where the body came from, after every redirect.
        permanent_url: the new address when every redirect was permanent (301, 308), else None.
        content_type: the header's value with its parameters, lower case; "" when there was none.
        body: decompressed; empty when `not_modified`.
        etag, last_modified: to send next time; with a 304 that names none, those that were sent.
        max_age_s: how long the server says that this stays fresh, in seconds (Cache-Control).
        retry_after_s: how long the server asks to wait, in seconds (Retry-After).
    """

    url: str
    permanent_url: str | None
    status: int
    not_modified: bool
    content_type: str
    body: bytes
    etag: str | None
    last_modified: str | None
    max_age_s: float | None
    retry_after_s: float | None
