"""When a place may be asked again, decided from how it has answered, with the clock as a value.

An answer clears what went before. A first or second failure means nothing; from the third in a row on a place rests,
an hour, then twice as long each time, up to a week. "Gone" (410) ends it until the operator names it again. A host that
asks to be left alone is left alone for as long as it asks.
"""

from datetime import datetime, timedelta

from pipeline.errors import SourceError
from pipeline.records.items import Response
from pipeline.records.sources import SourceStatus

_PATIENCE = 3
_FIRST_REST = timedelta(hours=1)
_LONGEST_REST = timedelta(days=7)


def resting_reason(status: SourceStatus, now: datetime) -> str | None:
    """Why the place is not asked now, in a few words, or None where it may be."""
    if status.gone:
        return "gone for good"
    if status.rests_until and now < status.rests_until:
        return f"resting until {status.rests_until:%Y-%m-%d %H:%M} after {status.failures} failures"
    return None


def after_answer(
    status: SourceStatus, fetched: Response, digest: str, entries: int | None, now: datetime, taken: str | None = None
) -> SourceStatus:
    """The status after an answer. Where it sent nothing new, what is known of its bytes stays."""
    if fetched.unchanged:
        digest, entries, taken = status.digest or "", status.entries, status.taken
    return SourceStatus(
        address=status.address,
        tried_at=now,
        succeeded_at=now,
        validators=status.validators if fetched.unchanged else fetched.validators,
        digest=digest or None,
        moved_to=fetched.moved_to or status.moved_to,
        entries=entries,
        taken=taken,
    )


def after_failure(status: SourceStatus, error: SourceError, now: datetime) -> SourceStatus:
    """The status after a failure."""
    failures = status.failures + 1
    rest = timedelta(0)
    if failures >= _PATIENCE:
        rest = min(_FIRST_REST * 2 ** min(failures - _PATIENCE, 20), _LONGEST_REST)
    rest = max(rest, timedelta(seconds=error.wait_s or 0))
    return status.model_copy(
        update={
            "tried_at": now,
            "failures": failures,
            "reason": error.reason,
            "gone": error.reason == "http 410",
            "rests_until": now + rest if rest else None,
        }
    )
