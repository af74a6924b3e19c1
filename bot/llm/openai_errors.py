"""Every way a request to an OpenAI-compatible server fails, as a `LanguageModelError` with its hint. Imports no vendor.

The table is keyed by the names of the exceptions that a chat completion of openai can raise; a test compares them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from bot.llm.language_model import ContextOverflowError
from bot.translation import N_
from ingest.errors import LanguageModelError

_WHAT = "the language model failed"
_MAX_DETAIL = 200
_FIRST_PAUSE_S = 0.5
_OVERFLOW = re.compile(
    r"context_length_exceeded|maximum context|context (?:length|window|size)|prompt is too long|"
    r"too many (?:input )?tokens|input is too long|n_ctx",
    re.IGNORECASE,
)
_NO_MONEY = re.compile(r"insufficient_quota|billing|exceeded your current quota", re.IGNORECASE)


class Verdict(NamedTuple):
    """What an exception means to the operator."""

    why: str
    hint: str
    retryable: bool


_LATER = "Try again later."
_REPORT = "Check OPENAI_BASE_URL: the server there does not behave like an OpenAI-compatible one."
VERDICTS: Mapping[str, Verdict] = {
    "OpenAIError": Verdict(N_("the request could not be made"), "Check OPENAI_API_KEY and OPENAI_BASE_URL.", False),
    "APIError": Verdict(N_("the server reported an error"), _LATER, False),
    "APIStatusError": Verdict(N_("the server refused"), _REPORT, False),
    "APITimeoutError": Verdict(N_("no answer in time"), "Raise OPENAI_TIMEOUT_S or use a faster model.", True),
    "APIConnectionError": Verdict(N_("no connection"), "Is the server running? Check OPENAI_BASE_URL.", True),
    "APIResponseValidationError": Verdict(N_("unreadable answer"), _REPORT, False),
    "BadRequestError": Verdict(N_("the server does not understand the request"), "Check OPENAI_MODEL.", False),
    "AuthenticationError": Verdict(N_("wrong key"), "Correct OPENAI_API_KEY.", False),
    "PermissionDeniedError": Verdict(
        N_("the key may not use this model"), "Check OPENAI_MODEL and the key's rights.", False
    ),
    "NotFoundError": Verdict(
        N_("no such model or address"), "Check OPENAI_MODEL and OPENAI_BASE_URL (with /v1).", False
    ),
    "ConflictError": Verdict(N_("the server is busy"), _LATER, True),
    "UnprocessableEntityError": Verdict(N_("the server does not understand the request"), "Check OPENAI_MODEL.", False),
    "RateLimitError": Verdict(N_("too many requests"), _LATER, True),
    "InternalServerError": Verdict(N_("the server is broken"), _LATER, True),
    "UnicodeEncodeError": Verdict(N_("the key has characters that no key can have"), "Correct OPENAI_API_KEY.", False),
    "ValueError": Verdict(N_("unreadable answer"), _REPORT, True),
}


class RequestFailedError(LanguageModelError):
    """A request failed.

    Attributes:
        detail: the server's own words, for the operator only: they may repeat the question.
        status: the HTTP status, if there is one.
        retry_after_s: how long the server asks to wait, if it does.
    """

    def __init__(
        self,
        which: str,
        verdict: Verdict,
        *,
        detail: str = "",
        status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(_WHAT, which, verdict.why, hint=verdict.hint, retryable=verdict.retryable)
        self.detail = detail
        self.status = status
        self.retry_after_s = retry_after_s


def mapped(error: Exception, which: str) -> LanguageModelError:
    """Our error for an exception of openai; `which` is the model's name."""
    status = getattr(error, "status_code", None)
    status = status if isinstance(status, int) else None
    detail = " ".join(str(error).split())[:_MAX_DETAIL] if status else ""
    told = f"{error} {getattr(error, 'code', '')}"
    if status in (400, 413, 422, 500) and _OVERFLOW.search(told):
        return ContextOverflowError(
            _WHAT, which, N_("its context is too small"), hint="Use a model with a larger context."
        )
    if status == 429 and _NO_MONEY.search(told):
        return RequestFailedError(
            which, Verdict(N_("no credit left"), "Check the account's billing.", False), status=429
        )
    verdict = next((VERDICTS[name] for name in _names(error) if name in VERDICTS), VERDICTS["OpenAIError"])
    return RequestFailedError(which, verdict, detail=detail, status=status, retry_after_s=_retry_after(error))


def unreadable(which: str) -> LanguageModelError:
    """The server's answer is not a completion."""
    return RequestFailedError(which, VERDICTS["ValueError"])


def refused(which: str) -> LanguageModelError:
    """The model, or its server's filter, declined to answer."""
    return RequestFailedError(which, Verdict(N_("it declined to answer"), "", False))


def called_off(which: str) -> LanguageModelError:
    """The deadline has passed."""
    return RequestFailedError(which, VERDICTS["APITimeoutError"])


def pause_before_retry(error: LanguageModelError, retries: int) -> float | None:
    """Seconds to wait before attempt number `retries + 2`; None if another attempt cannot help.

    The server's Retry-After counts (RFC 9110, 10.2.3), else the pause doubles from half a second.
    """
    if not error.retryable:
        return None
    asked = error.retry_after_s if isinstance(error, RequestFailedError) else None
    return _FIRST_PAUSE_S * 2**retries if asked is None else asked


def _names(error: Exception) -> list[str]:
    return [cls.__name__ for cls in type(error).__mro__]


def _retry_after(error: Exception) -> float | None:
    """The header in milliseconds, seconds or as a date; None if it is missing or invalid."""
    headers: Any = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        if "retry-after-ms" in headers:
            return max(float(headers["retry-after-ms"]) / 1000, 0.0)
        value = headers.get("retry-after")
        return None if value is None else max(_seconds(value), 0.0)
    except (ValueError, TypeError, OverflowError):
        return None


def _seconds(value: str) -> float:
    if re.fullmatch(r"\d{1,9}(?:\.\d+)?", value.strip()):
        return float(value)
    return (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
