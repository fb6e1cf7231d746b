"""How long a server asks to wait: in headers, or in fields and words of its answer. Of several the longest counts."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:([\d.]+)s)?(?:([\d.]+)ms)?", re.IGNORECASE)
_IN_WORDS = re.compile(
    r"(?:(?:try|retry)(?: again)? (?:in|after)|please wait|retry after)\s+"
    r"((?:\d+h)?\s*(?:\d+m(?!s))?\s*[\d.]+)\s*(ms|milliseconds?|s|secs?|seconds?|m|minutes?|h|hours?)?(?![a-z])",
    re.IGNORECASE,
)
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_EARLIEST_EPOCH_S = 1_000_000_000  # a larger number of seconds is a moment, not a while


def stated_wait_s(status: int, headers: Mapping[str, str], body: str, details: Any, now: datetime) -> float | None:  # noqa: ANN401 - any JSON
    """Seconds that a response asks to wait, or None where it does not ask. `details` is its body as JSON, or None.

    retry-after-ms; Retry-After in seconds or as a date (RFC 9110, section 10.2.3); x-ratelimit-reset-* of a limit of
    which nothing remains (OpenAI, Groq: durations as 6m0s; OpenRouter: milliseconds of the epoch), where `status` is
    429; google.rpc.RetryInfo and `retry_after` in the body; and words as "try again in 9.1s"."""
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    stated = [*_of_headers(lower, now)] or ([*_of_resets(lower, now)] if status == 429 else [])
    if not stated:
        stated = [wait for wait in _of_details(details, now) if wait is not None]
        stated += [wait for match in _IN_WORDS.finditer(body[:20_000]) if (wait := _of_words(match)) is not None]
    return max(stated, default=None)


def _of_headers(headers: Mapping[str, str], now: datetime) -> Iterator[float]:
    if (milliseconds := number(headers.get("retry-after-ms"))) is not None:
        yield milliseconds / 1000
    elif "retry-after" in headers:
        seconds = number(headers["retry-after"])
        if seconds is not None:
            yield seconds
            return
        try:
            yield max((parsedate_to_datetime(headers["retry-after"]) - now).total_seconds(), 0.0)
        except (ValueError, TypeError):
            if (while_s := _seconds(headers["retry-after"])) is not None:
                yield while_s


def _of_resets(headers: Mapping[str, str], now: datetime) -> Iterator[float]:
    """The times until limits are whole again: of those that are used up, or of all where none is said to be."""
    limits = {
        name.removeprefix("x-ratelimit-reset").lstrip("-"): wait
        for name, value in headers.items()
        if name.startswith("x-ratelimit-reset") and (wait := until_s(value, now)) is not None
    }
    used_up = [
        wait
        for name, wait in limits.items()
        if number(headers.get(f"x-ratelimit-remaining-{name}" if name else "x-ratelimit-remaining")) == 0
    ]
    yield from used_up or limits.values()


def until_s(value: str, now: datetime) -> float | None:
    """A reset as seconds from now: a duration, seconds, or a moment in seconds or milliseconds of the epoch; None for
    what is none of these."""
    count = number(value)
    if count is None:
        return _seconds(value)
    if count > _EARLIEST_EPOCH_S * 1000:
        return max(count / 1000 - now.timestamp(), 0.0)
    return max(count - now.timestamp(), 0.0) if count > _EARLIEST_EPOCH_S else count


def _of_details(node: Any, now: datetime, depth: int = 0) -> Iterator[float | None]:  # noqa: ANN401 - any JSON
    if depth > 6:
        return
    if isinstance(node, list):
        for each in node[:50]:
            yield from _of_details(each, now, depth + 1)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name == "headers" and isinstance(value, dict):  # OpenRouter hands on its limits so
                headers = {each.lower(): str(value[each]) for each in value}
                yield from (*_of_headers(headers, now), *_of_resets(headers, now))
            elif name == "retryDelay" and isinstance(value, str):
                yield _seconds(value)
            elif name in ("retry_after", "retry_after_seconds"):
                yield float(value) if isinstance(value, int | float) else number(str(value))
            elif isinstance(value, dict | list):
                yield from _of_details(value, now, depth + 1)


def _of_words(match: re.Match[str]) -> float | None:
    unit = (match[2] or "s").lower()
    name = "ms" if unit.startswith(("ms", "mil")) else unit[0]
    whole = re.sub(r"\s", "", match[1])
    head = whole.rstrip("0123456789.")
    last, first = number(whole[len(head) :].rstrip(".")), _seconds(head) if head else 0.0
    return None if last is None or first is None else first + last * _UNITS[name]


def _seconds(text: str) -> float | None:
    """A duration as `1h2m3.5s` or `340ms`, in seconds; None where it is none."""
    match = _DURATION.fullmatch(text.strip())
    if not match or not any(match.groups()):
        return None
    try:
        hours, minutes, seconds, milliseconds = (float(part or 0) for part in match.groups())
    except ValueError:
        return None
    return hours * 3600 + minutes * 60 + seconds + milliseconds / 1000


def number(text: str | None) -> float | None:
    """A plain number of at most 15 digits that is not negative; None otherwise."""
    return float(text) if text and re.fullmatch(r"\d{1,15}(?:\.\d{0,9})?|\.\d{1,9}", text) else None
