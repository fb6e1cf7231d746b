"""What a run costs: calls, rounds and tokens, for threads of 35 and 100 articles; and what a kill may cost: nothing
but the call in flight."""

import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pipeline.model.tokens import count_tokens
from tests import doubles
from tests.test_thread import ran

ROOT = Path(__file__).parent.parent
PAGE_CLAIMS = 28


def article(number):
    """About 900 words, of which no sentence stands in another article."""
    return [
        f"In part {part} of report {number} the county counted {number * 97 + part} {thing} of the new line, and the "
        f"firm's engineer for district {number} said that the figure for {thing} was too high by {part + 2} in all."
        for part in range(4)
        for thing in ("cells", "packs", "shipments", "inspections", "letters", "hearings")
    ]


def steady(body):
    """A model that answers as a good one does in size: a few claims an article, a page of one size, few edits."""
    material, form = body["messages"][1]["content"], doubles.form_name(body)
    answer = doubles.honest(body)
    if form == "extract":
        answer["claims"] = answer["claims"][:10]
    elif form == "page":
        answer["narrative"][0]["sentences"] = answer["narrative"][0]["sentences"][:PAGE_CLAIMS]
    elif form == "update":
        new = doubles.CLAIM.findall(material.partition("# New claims")[2])
        kept = [s for s in answer["narrative"][0]["sentences"] if s["keep"]]
        answer["narrative"][0]["sentences"] = [*kept[: PAGE_CLAIMS - 6], *map(doubles.slot, new[:6])]
    return answer


class Rounds:
    """Wraps a model: all extractions are answered only when all have been asked, so they are one round or none; and
    counts the longest chain of answers that did not overlap."""

    def __init__(self, answer, articles):
        self._answer, self.spans = answer, []
        self._together = threading.Barrier(articles)

    def __call__(self, body):
        began = time.monotonic()
        if doubles.form_name(body) == "extract":
            self._together.wait(timeout=120)
        found = self._answer(body)
        self.spans.append((began, time.monotonic(), doubles.form_name(body)))
        return found

    def chain(self, *forms):
        rounds, last = 0, 0.0
        for end, began in sorted((end, began) for began, end, form in self.spans if form in forms):
            if began >= last:
                rounds, last = rounds + 1, end
        return rounds


def world(run, home, web, model, count):
    """A thread on a feed of `count` articles, and a way to let its feed bring more."""
    settings = home / "machine.toml"
    settings.write_text(settings.read_text().replace("[model]", "[model]\nparallel = 40") + "per_feed = 200\n")

    def feed(upto):
        for number in range(upto):
            web.pages.setdefault(f"/{number}", doubles.page(f"Report {number}", *article(number)))
        web.pages["/feed"] = doubles.feed(web.base, *((f"Report {n}", f"/{n}") for n in range(upto)))

    feed(count)
    run("new", "silence", "--title", "The new line", "--feed", f"{web.base}/feed", "--home", home)
    return feed


def asked(model, since=0):
    bodies = model.asked[since:]
    tokens = sum(count_tokens(m["content"]) for b in bodies for m in b["messages"])
    return [doubles.form_name(b) for b in bodies], tokens


def test_a_first_version_of_35_articles_costs_38_calls_in_3_rounds_before_it_is_checked(run, home, web, model):
    model.answer = rounds = Rounds(steady, 35)
    world(run, home, web, model, 35)
    assert ran(run, home).json["version"] == 1
    forms, _ = asked(model)
    assert len(forms) <= 38
    assert {form: forms.count(form) for form in forms} == {"triage": 1, "extract": 35, "page": 1, "support": 1}
    assert rounds.chain("triage", "extract", "page") == 3
    bodies = [json.dumps(body) for body in model.asked]
    assert len(set(bodies)) == len(bodies), "no question is asked twice"


def test_three_more_articles_cost_five_calls_and_the_same_beside_35_as_beside_100(run, home, web, model, tmp_path):
    cost = {}
    for count in (35, 100):
        place = tmp_path / str(count)
        shutil.copytree(home, place)
        model.answer = steady
        feed = world(run, place, web, model, count)
        assert ran(run, place).json["version"] == 1
        since = len(model.asked)
        feed(count + 3)
        assert ran(run, place).json["version"] == 2
        forms, cost[count] = asked(model, since)
        assert sorted(forms) == ["extract", "extract", "extract", "support", "update"]
    assert cost[100] <= 1.2 * cost[35]
    assert cost[35] < 16_000


# A kill at every write.

KILLED = """
import os, signal, sys
from contextlib import contextmanager
from pipeline import cli
from pipeline.store.database import Store
whole, left = Store.writing, [int(sys.argv.pop(1))]
@contextmanager
def writing(store, **how):
    with whole(store, **how) as connection:
        yield connection
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
Store.writing = writing
cli.main()
"""


def comparable(version):
    """A version without the moment it was made."""
    return {key: value for key, value in version.items() if key != "made_at"}


@pytest.fixture
def standing(run, home, web, model):
    """A thread with one version, and news on the web. One question is under way at a time: a kill loses what is in
    flight, and that is at most one."""
    settings = home / "machine.toml"
    settings.write_text(settings.read_text().replace("[model]", "[model]\nparallel = 1"))
    web.pages["/feed"] = doubles.feed(web.base, ("Silence and sums", "/a"))
    run("new", "silence", "--title", "S", "--feed", f"{web.base}/feed", "--page", f"{web.base}/a", "--home", home)
    ran(run, home)
    for name in ("b", "c"):
        text = f"The councillor for ward {name} put the cost at 6.1 million crowns, cover teachers of {name} included. "
        web.pages[f"/{name}"] = doubles.page(f"The cost in {name}", *(f"{n} {text}" for n in "xyz" * 30))
    web.pages["/feed"] = doubles.feed(web.base, ("The cost", "/b"), ("It again", "/c"), ("Silence and sums", "/a"))
    return home


def test_killed_at_any_write_of_an_update_it_ends_with_the_same_version(run, web, model, standing, tmp_path):
    reference = tmp_path / "reference"
    shutil.copytree(standing, reference)
    since = len(model.asked)
    assert run("thread", "silence", "--home", reference).code == 0
    calls = len(model.asked) - since
    wanted = comparable(run("show", "silence", "--format", "json", "--home", reference).json)
    assert wanted["version"] == 2
    writes = 0
    while True:
        writes += 1
        place = tmp_path / str(writes)
        shutil.copytree(standing, place)
        since = len(model.asked)
        words = [sys.executable, "-c", KILLED, str(writes), "thread", "silence", "--home", str(place)]
        ended = subprocess.run(words, cwd=ROOT, capture_output=True, check=False).returncode
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        again = run("thread", "silence", "--home", place)
        assert again.code == 0, (writes, again.err)
        assert comparable(run("show", "silence", "--format", "json", "--home", place).json) == wanted, writes
        assert len(model.asked) - since <= calls + 1, f"killed at write {writes}, more than one call was paid twice"
        assert run("check", "--home", place).out.count("ok    store") == 1
    assert writes > 10
