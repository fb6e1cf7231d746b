"""How fast an endpoint is asked: as it says itself, and with one question first where it keeps what it has read."""

import json
import threading
from contextlib import closing, suppress

import pytest

from pipeline import testing
from pipeline.errors import BadAnswer, ModelUnavailable
from pipeline.model.connection import Access
from pipeline.model.endpoint import Endpoint
from pipeline.model.failures import RetryDecision, TryAgain
from pipeline.model.first_alone import FirstAloneLayer
from pipeline.model.limits import StatedLimits
from pipeline.model.throttle import ThrottleLayer
from pipeline.net.rate_limit import LocalRateLimiter
from pipeline.records.replies import Message, Request
from tests import doubles
from tests.doubles import NOW

LONG = "Read the article and say what it claims. " * 150
"""Instructions of some 1,350 tokens."""


def question(about: str = "an article", instructions: str = LONG) -> Request:
    messages = (Message(role="system", content=instructions), Message(role="user", content=about))
    return Request(model="m", messages=messages, prompt_name="extract", answer_schema={})


def headers(unit, left, reset, whole=None):
    named = {f"x-ratelimit-remaining-{unit}": left, f"X-RateLimit-Reset-{unit}": reset}
    return named | ({f"x-ratelimit-limit-{unit}": whole} if whole else {})


STATED = {
    "enough is left": (headers("tokens", "5000", "6s"), [0, 0]),
    "none is left": (headers("requests", "0", "1.5s"), [1.5]),
    "the last ones": (headers("requests", "2", "20s"), [0, 0, 20]),
    "a full bucket fills evenly": (headers("tokens", "500", "30s", "2000"), [10]),
    "more than the whole of it": (headers("tokens", "500", "30s", "800"), [30]),
    "a moment": (headers("requests", "0", f"{int(NOW.timestamp()) + 7}"), [7]),
    "longer than is waited for": (headers("requests", "0", "2h"), [0]),
    "no reset": ({"x-ratelimit-remaining-requests": "0"}, [0]),
    "nonsense": (headers("tokens", "lots", "soon"), [0]),
}


@pytest.mark.parametrize(("said", "waits"), STATED.values(), ids=STATED)
def test_what_a_server_says_is_left_is_gone_by(said, waits):
    now = [100.0]
    limits = StatedLimits(lambda: now[0])
    limits.hear(said, NOW)
    assert [limits.take(1000) for _ in waits] == pytest.approx(waits)
    now[0] += 8000
    assert limits.take(1000) == 0, "a limit that is whole again is none"


def test_what_a_refusal_says_of_waiting_holds_for_all_who_come_after_it():
    refusal, waits = TryAgain(RetryDecision(True, 9.0, ModelUnavailable("429"))), []
    inner = testing.ScriptedModel({"extract": refusal})
    limits = StatedLimits(lambda: 0.0)
    throttled = ThrottleLayer(inner, LocalRateLimiter(), "here", 0, 0, limits, sleep=waits.append)
    for _ in range(2):
        with pytest.raises(TryAgain):
            throttled.complete(question())
    assert waits == [9.0]


def test_an_endpoint_tells_its_limits_and_that_it_keeps_what_it_has_read(model):
    usage = {"prompt_tokens": 1400, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 600}}
    choice = {"finish_reason": "stop", "message": {"content": "{}"}}
    body = json.dumps({"choices": [choice], "usage": usage}).encode()
    told = {"Content-Type": "application/json", **headers("requests", "0", "30s")}
    model.answer = lambda _: doubles.HttpAnswer(200, body, told)
    facts, waits = doubles.FactsInMemory(), []
    with closing(Endpoint(Access(model.base_url), facts, lambda: NOW)) as endpoint:
        throttled = ThrottleLayer(endpoint, LocalRateLimiter(), "here", 0, 0, endpoint.limits, sleep=waits.append)
        assert not endpoint.caches("m")
        for _ in range(2):
            throttled.complete(question())
        assert waits == [pytest.approx(30, abs=5)]
        assert endpoint.caches("m")
    with closing(Endpoint(Access(model.base_url), facts, lambda: NOW)) as another_day:
        assert another_day.caches("m")
    with closing(Endpoint(Access("https://api.openai.com/v1", "key"), facts, lambda: NOW)) as known:
        assert known.caches("m"), "its documents say so"


class Watched:
    """A layer whose first question is answered when it is let; says how many had come by then."""

    def __init__(self, fails=False):
        self.came, self.go, self.others_went, self._fails = [], threading.Event(), threading.Event(), fails

    def complete(self, request):
        self.came.append(request)
        if len(self.came) > 1:
            self.others_went.set()
            return testing.reply(request, "{}")
        self.go.wait(10)
        if self._fails:
            raise BadAnswer("no")
        return testing.reply(request, "{}")


def ask_at_once(layer, watched, requests):
    """Asks all, lets the first be answered once the others have had time to overtake it; how many had by then."""

    def ask(request):
        with suppress(BadAnswer):
            layer.complete(request)

    threads = [threading.Thread(target=ask, args=(request,)) for request in requests]
    for thread in threads:
        thread.start()
    watched.others_went.wait(0.05)
    before = len(watched.came)
    watched.go.set()
    for thread in threads:
        thread.join(10)
    return before


FIVE = [question(f"article {number}") for number in range(5)]


@pytest.mark.parametrize("fails", [False, True])
def test_of_questions_that_begin_alike_one_goes_first_and_the_others_once_it_is_answered(fails):
    watched = Watched(fails)
    assert ask_at_once(FirstAloneLayer(watched, lambda _: True), watched, FIVE) == 1
    assert len(watched.came) == 5


@pytest.mark.parametrize(
    ("caches", "requests"),
    [(False, FIVE), (True, [question(str(n), "Say which.") for n in range(5)]), (True, [question("", LONG + str(n)) for n in range(5)])],
    ids=["an endpoint that keeps nothing", "a beginning that is too short to be kept", "beginnings that differ"],
)  # fmt: skip
def test_where_nothing_is_gained_nobody_waits(caches, requests):
    watched = Watched()
    assert ask_at_once(FirstAloneLayer(watched, lambda _: caches), watched, requests) > 1


def test_what_was_read_a_while_ago_is_no_longer_kept_and_one_goes_first_again():
    now = [0.0]
    watched = Watched()
    layer = FirstAloneLayer(watched, lambda _: True, lambda: now[0])
    ask_at_once(layer, watched, FIVE)
    for pause, first in ((200.0, False), (200.0, False), (300.0, True)):
        now[0] += pause
        watched.came.clear()
        watched.others_went.clear()
        watched.go.clear()
        assert (ask_at_once(layer, watched, FIVE) == 1) is first
