"""What is due, by the clock and by what waits; how an allowance is shared."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.errors import BudgetSpent
from pipeline.model.budget import Budget
from pipeline.records.prices import Prices
from pipeline.records.runs import Problem, RunReport
from pipeline.records.sources import SourceStatus
from pipeline.records.threads import Thread
from pipeline.runs import schedule as due
from pipeline.settings import BatchSettings

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BATCH = BatchSettings()


def thread(state="live", **more):
    return Thread(slug="x", title="X", created_at=NOW - timedelta(days=90), state=state, **more)


def ran(hours, outcome="nothing new", **more):
    return RunReport(thread="x", started_at=NOW - timedelta(hours=hours), outcome=outcome, **more)


UNASKED = (Problem(what="the model", reason="model unavailable", message="m"),)
UNUSABLE = (Problem(what="a", reason="no usable answer", message="m"),)

CASES = [
    ("never run", thread(), None, False, True),
    ("an hour ago", thread(), ran(1), False, False),
    ("six hours ago", thread(), ran(6), False, True),
    ("the scheduler is a little early", thread(), ran(5.9), False, True),
    ("half an hour early is too early", thread(), ran(5.4), False, False),
    ("news waits", thread(), ran(1), True, True),
    ("quiet is looked at less often", thread("quiet"), ran(7), False, False),
    ("quiet, a day ago", thread("quiet"), ran(24), False, True),
    ("quiet, and news waits", thread("quiet"), ran(1), True, True),
    ("closed is not looked at", thread("closed"), ran(9000), False, False),
    ("closed, and news waits", thread("closed"), ran(1), True, True),
    ("what failed waits an interval", thread(), ran(1, "failed"), True, False),
    ("what failed is tried again", thread(), ran(6, "failed"), True, True),
    ("what failed while quiet is tried again as soon", thread("quiet"), ran(6, "failed"), False, True),
    ("what was never asked is tried at once", thread(), ran(1, "failed", troubles=UNASKED), True, True),
    ("one text without an answer waits too", thread(), ran(1, troubles=UNUSABLE), True, False),
    ("cut short by its allowance", thread(), ran(1, "allowance spent", allowance_spent=True), False, True),
    ("answers may have come", thread(), ran(1, "awaiting answers"), True, True),
    ("the clock was moved back", thread(), ran(-48), False, True),
]


@pytest.mark.parametrize(("what", "of", "last", "waits", "expected"), CASES, ids=[case[0] for case in CASES])
def test_a_thread_is_due(what, of, last, waits, expected):
    verdict = due.thread_due(of, last, waits, NOW, BATCH)
    assert verdict.now is expected
    assert verdict.why
    if not verdict.now and of.state != "closed":
        assert verdict.until > NOW


@pytest.mark.parametrize(
    ("last", "says"),
    [
        (ran(1, "failed", troubles=UNUSABLE), "its last run, 2026-03-02 11:00, failed: m"),
        (ran(1, "failed", troubles=UNUSABLE * 3), "its last run, 2026-03-02 11:00, failed: m (and 2 more)"),
        (ran(1, "new version", troubles=UNUSABLE), "a question of its last run, 2026-03-02 11:00, had no answer: m"),
    ],
)
def test_what_is_held_back_says_why(last, says):
    verdict = due.thread_due(thread(), last, True, NOW, BATCH)
    assert verdict == due.Due(False, says, NOW + timedelta(hours=5), held_back=True)


def test_a_worker_does_not_run_a_thread_every_minute_while_the_model_is_down():
    last = ran(1, "failed", troubles=UNASKED)
    assert not due.thread_due(thread(), last, True, NOW, BATCH, steady=True).now


def asked(hours, **more):
    return SourceStatus(address="a", tried_at=NOW - timedelta(hours=hours), **more)


@pytest.mark.parametrize(
    ("status", "seen", "blocked", "now", "until"),
    [
        (SourceStatus(address="a"), None, False, True, None),
        (asked(1), "d", False, False, 5),
        (asked(6), "d", False, True, None),
        (asked(1), None, False, True, None),  # a thread asked it
        (asked(1, failures=1), None, False, False, 5),
        (asked(7, failures=3, rests_until=NOW + timedelta(hours=1)), "d", False, False, 1),
        (asked(900, failures=1, gone=True), "d", False, False, None),
        (asked(900), "d", True, False, None),
    ],
)
def test_a_watched_feed_is_due(status, seen, blocked, now, until):
    verdict = due.feed_due(status, seen, blocked, NOW, BATCH)
    assert (verdict.now, verdict.until) == (now, NOW + timedelta(hours=until) if until else None)


@pytest.mark.parametrize("state", ["proposed", "declined"])
def test_what_was_not_accepted_is_not_followed(state):
    assert not due.is_followed(thread(state))
    assert not due.is_followed(thread("closed", merged_into="y"))
    assert due.is_followed(thread("closed"))


@pytest.mark.parametrize(
    ("hours", "hour", "ends"),
    [
        ("", 3, None),
        ("1-5", 3, 5),
        ("1-5", 5, None),
        ("22-6", 23, 6),
        ("22-6", 3, 6),
        ("22-6", 12, None),
        ("0-24", 3, None),
        ("20-24", 23, 0),
    ],
)
def test_quiet_hours(hours, hour, ends):
    now = NOW.replace(hour=hour)
    found = due.rests_until(now, BatchSettings(quiet_hours=hours))
    assert (found.hour if found else None) == ends
    assert found is None or now < found <= now + timedelta(days=1)


PRICES = Prices(prompt=1.0, completion=2.0)


def test_a_part_is_an_equal_share_of_what_is_left_and_what_it_leaves_is_there_for_others():
    whole = Budget(900, 0, PRICES)
    first = whole.part(3, 0, 0)
    with pytest.raises(BudgetSpent, match=r"its share .* of 300 tokens .*\[batch\] tokens"):
        first.reserve(301, 0)
    first.reserve(300, 0)
    first.settle((300, 0), (100, 0))
    second = whole.part(2, 0, 0)
    second.reserve(400, 0)
    with pytest.raises(BudgetSpent):
        second.reserve(1, 0)
    third = whole.part(1, 0, 0)
    third.reserve(400, 0)
    with pytest.raises(BudgetSpent):
        whole.reserve(1, 0)


def test_a_run_never_spends_more_than_a_run_may_nor_than_the_batch_has():
    whole = Budget(900, 0, PRICES)
    with pytest.raises(BudgetSpent, match=r"run_tokens"):
        whole.part(1, 200, 0).reserve(201, 0)
    parts = [whole.part(1, 0, 0) for _ in range(2)]  # both were told all of it is theirs
    parts[0].reserve(900, 0)
    with pytest.raises(BudgetSpent):
        parts[1].reserve(1, 0)


def test_a_share_that_is_used_up_is_a_ceiling_and_not_none():
    whole = Budget(100, 0, PRICES)
    whole.reserve(100, 0)
    with pytest.raises(BudgetSpent):
        whole.part(5, 0, 0).reserve(50, 0)
    money = Budget(0, 0.0001, PRICES)
    money.reserve(100, 0)
    with pytest.raises(BudgetSpent):
        money.part(2, 0, 0).reserve(1, 0)
    assert Budget(0, 0, PRICES).part(3, 0, 0).reserve(10**9, 10**9) is None
