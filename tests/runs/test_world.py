"""Sixty feeds over five days, six discussions among noise: what batches find in them, unattended."""

import json
import re
import threading
from collections import Counter

import pytest

from pipeline.discover.terms import is_latin
from pipeline.errors import StoreError
from pipeline.publish import search_index as search
from tests import doubles, world
from tests.runs.test_worker import QUICKLY_LOST, wait_until
from tests.sampling import WHOLE
from tests.store.test_store import tree
from tests.workers import Process, ask_to_look, paid_twice, set_clock

OF_TWO = world.DAYS if WHOLE else world.DAYS[:2]
"""The days that two workers live."""


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """The five days, lived once: the machine after them, the reports, the calls of each day; and the site as it was
    after the days that two workers live too."""
    here = world.World()
    with world.served(here) as port, doubles.model_server() as model:
        model.answer = world.recorded()
        machine = world.machine_in(tmp_path_factory.mktemp("world") / "home", here, port, model)
        world.watch_all(machine, here)
        reports, calls, pages = [], [], {}
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(search, "index", lambda *_: True)
            for day in world.DAYS:
                here.day = day
                since = len(model.asked)
                reports.append(machine.batch())
                calls.append(len(model.asked) - since)
                pages = tree(machine.site_folder) if day == OF_TWO[-1] else pages
        yield machine, reports, calls, pages
        machine.store.close()


def clusters(machine):
    """Which thread each article of the world ended in."""
    found = {}
    for line in machine.queries.threads():
        for item in machine.queries.items(line.thread.slug):
            found[item.url] = line.thread.slug
    return found


def measured(found, mixed=False):
    """How well the articles were sorted: B-cubed F1, in how many threads more than one a discussion ended, and how many
    more than one came into a thread."""
    true = {world.address(a): a["label"] for a in world.everything(mixed) if a["label"]}
    precision, recall, f1 = world.b_cubed(found, true)
    by_label = {
        label: Counter(found.get(url) for url, mine in true.items() if mine == label) for label in set(true.values())
    }
    splits = sum(len([slug for slug in slugs if slug]) - 1 for slugs in by_label.values())
    merges = sum(len({true.get(url) for url, s in found.items() if s == slug}) - 1 for slug in set(found.values()))
    print(f"B-cubed: precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}; splits {splits}, merges {merges}")
    return f1, splits, merges


def test_the_six_discussions_are_found_and_noise_is_kept_out(lived):
    machine, *_ = lived
    found = clusters(machine)
    f1, splits, merges = measured(found)
    assert len(set(found.values())) == 6
    assert (splits, merges) == (0, 0)
    assert f1 >= 0.99
    assert set(found) <= {world.address(a) for a in world.everything() if a["label"]}, "noise is in a thread"


def test_code_finds_neighbours_for_every_article_of_a_discussion_and_spares_some_noise_the_question(lived):
    shown = [line for each in json.loads(world.ANSWERS.read_text()) for line in each["question"]]
    numbered = {line.partition(": ")[2] for line in shown if line[:1].isdigit()}
    every = world.everything()
    assert {a["title"] for a in every if a["label"]} <= numbered
    noise = [a for a in every if a["label"] is None]
    asked = sum(a["title"] in numbered for a in noise)
    print(f"candidates: all 53 articles, {asked} of {len(noise)} noise items")
    assert asked < 0.5 * len(noise)


def test_a_day_without_news_costs_nothing_and_says_so(lived):
    machine, reports, calls, _ = lived
    assert calls[3] == 0
    assert [report.new_versions for report in reports] == [3, 4, 6, 0, 6]
    assert all(report.exit_code == 0 for report in reports)
    page = (machine.site_folder / "today/2026-03-05/index.html").read_text()
    assert "Nothing new" in page


def test_there_are_five_day_pages_each_with_its_developments(lived):
    machine, reports, *_ = lived
    for day, report in zip(world.DAYS, reports, strict=True):
        page = (machine.site_folder / f"today/{world.moment(day):%Y-%m-%d}/index.html").read_text()
        assert page.count("class=development") == report.new_versions
    latest = (machine.site_folder / "today/index.html").read_text()
    assert "6 March 2026" in latest
    proofs = [proof for line in machine.queries.threads() for proof in machine.queries.prove(line.thread.slug)]
    assert [failure for proof in proofs for failure in proof.failures] == []


# The same world, a third of its discussions' articles in other languages. Its threads are proposed and wait: what is
# asked about an item depends on no page.


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """The machine after five days of the mixed world."""
    here = world.World(mixed=True)
    with world.served(here) as port, doubles.model_server() as model:
        model.answer = world.recorded(world.ANSWERS_MIXED)
        machine = world.machine_in(tmp_path_factory.mktemp("mixed") / "home", here, port, model, mode="proposed")
        world.watch_all(machine, here)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(search, "index", lambda *_: True)
            for here.day in world.DAYS:
                assert machine.batch().problems == ()
        yield machine
        machine.store.close()


def test_an_article_in_another_language_finds_its_discussion(mixed):
    found = clusters(mixed)
    f1, _, _ = measured(found, mixed=True)
    assert f1 >= 0.9
    foreign = [a for a in world.everything(mixed=True) if a["label"] and "language" in a]
    placed = sum(world.address(a) in found for a in foreign)
    print(f"{placed} of {len(foreign)} articles in other languages are in a thread")
    assert placed >= 0.9 * len(foreign)


def test_a_thread_of_any_language_has_an_address_of_plain_letters(mixed):
    threads = [line.thread for line in mixed.queries.threads()]
    assert all(re.fullmatch("[a-z0-9-]+", thread.slug) for thread in threads)
    print(*(f"{thread.slug}: {thread.title} ({thread.state_reason})" for thread in threads), sep="\n")
    assert all(is_latin(thread.state_reason or "") for thread in threads), "the operator reads English"


# The same days, lived by two workers.


def done(together, date):
    """Whether nothing is due, and the day's page stands on the site."""
    try:
        return not together.queue()[0].due and (together.site_folder / f"today/{date}/index.html").exists()
    except StoreError:  # while the server is away
        return False


def test_two_workers_one_killed_and_the_server_restarted_make_the_same_pages_as_one_process(
    lived, tmp_path, server, workers
):
    pages, calls = lived[3], sum(lived[2][: len(OF_TWO)])
    here, home = world.World(), tmp_path / "home"
    with world.served(here) as port, doubles.model_server() as model:
        recorded, on_call = world.recorded(), {}

        def answer(body):
            for deed in on_call.pop(len(model.asked), []):
                deed()
            return recorded(body)

        model.answer = answer
        settings = f'[batch]\nparallel = 1\n{QUICKLY_LOST}[store]\nurl = "{server.new_store()}"\n'
        together = world.machine_in(home, here, port, model, settings)
        world.watch_all(together, here)
        one_question_at_a_time = (home / "machine.toml").read_text().replace("[model]", "[model]\nparallel = 1")
        (home / "machine.toml").write_text(one_question_at_a_time)
        for here.day in OF_TWO:
            set_clock(home, world.moment(here.day))
            missing = [n for n in (0, 1) if n >= len(workers) or not workers[n].lives]
            for n in missing:
                workers[n:] = [Process.on_a_clock(home, tmp_path / f"said{n}", port), *workers[n + 1 :]]
            if not missing:
                ask_to_look(together.store.address)
            if here.day == 1:  # some calls into the first day, the server dies
                on_call[9] = [server.kill, threading.Thread(target=server.start).start]
            if here.day == 2:  # and into the second, a worker does
                on_call[len(model.asked) + 6] = [workers[0].kill]
            wait_until(lambda: done(together, f"{world.moment(here.day):%Y-%m-%d}"), 90)
            assert on_call == {}
        assert [worker.stop() for worker in workers if worker.lives] == [0] * (2 if WHOLE else 1)
        together.publish()
        together.close()
        assert tree(home / "site") == pages
        assert paid_twice(model) <= 2, "one for each kill"
        assert len(model.asked) - paid_twice(model) - calls in (0, 1, 2), "but for a day that was told in between"
        said = workers[0].said() + workers[1].said()
        assert "another is lost" in said
        assert "Traceback" not in said
