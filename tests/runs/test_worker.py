"""Workers: together they make what one process makes, whatever happens to them or to their server."""

import re
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest
import sqlalchemy as sa

from pipeline import settings
from pipeline.store import versions as version_store
from pipeline.store import workers as worker_store
from pipeline.store.schema import paces
from tests import doubles
from tests.app.notify.receivers import hook_server
from tests.conftest import store_of, write_settings
from tests.runs.test_batch import article, begin, version_of
from tests.workers import ROOT, Process

QUICKLY_LOST = "[worker]\nlost_after_s = 2\n"
EVERY_S = 10
"""How often workers look for who is lost."""


def wait_until(what, within_s=60.0):
    """Waits until `what()` holds, and gives how long that took, in seconds. To ask oftener would take what is waited for
    the processor."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < within_s
        time.sleep(0.3)
    return time.monotonic() - began


@pytest.fixture
def database(postgres):
    return postgres.new_store()


def add(home, more):
    file = home / "machine.toml"
    file.write_text(file.read_text() + more)


def test_a_lost_worker_is_noticed_and_its_thread_taken_up_within_a_minute(run, home, web, model, workers, tmp_path):
    """While the other has nothing else to do."""
    add(home, QUICKLY_LOST)
    begin(run, home, web, "alpha")
    asked = threading.Event()

    def first_hangs(body):
        if not asked.is_set():
            asked.set()
            time.sleep(90)
        return doubles.honest(body)

    model.answer = first_hangs
    workers.append(Process.of_home(home, tmp_path / "first"))
    assert asked.wait(90)
    workers.append(Process.of_home(home, tmp_path / "second"))
    wait_until(lambda: len(beating(home)) == 2)
    workers[0].kill()
    took = wait_until(lambda: version_of(run, home, "alpha") == 1, 60)
    print(f"a lost worker's thread was finished {took:.0f} s after the kill")
    assert settings.Settings().worker.lost_after_s + EVERY_S <= 45, "and by default within a minute"
    assert "another is lost: its run is taken up" in workers[1].said()
    assert workers[1].stop() == 0


def test_status_says_which_workers_live_and_what_each_is_at(run, home, web, model, workers, tmp_path):
    begin(run, home, web, "alpha")
    add(home, "[worker]\nlost_after_s = 6\n")
    goes_on = threading.Event()

    def waits(body):
        goes_on.wait(120)
        return doubles.honest(body)

    model.answer = waits
    with closing(store_of(home)) as store:

        def doing(process):
            """What a worker is at, or None where it does not live."""
            with store.reading() as connection:
                found = {each.name: each.doing for each in worker_store.live(connection)}
            return next((at for name, at in found.items() if name.endswith(f"(process {process.number})")), None)

        workers.append(Process.of_home(home, tmp_path / "first"))
        wait_until(lambda: "alpha" in (doing(workers[0]) or ()), 120)
        workers.append(Process.of_home(home, tmp_path / "second"))
        wait_until(lambda: doing(workers[1]) == {}, 120)

        def is_told():  # one that looks for what is due, each minute, is not idle
            shown = run("status", "--home", home).out
            at = [rf"{each.number}\), since [-\d]+ [:\d]+: {what} since \d\d:\d\d" for each, what in told]
            return "workers: 2, of which 1 idle" in shown and all(re.search(each, shown) for each in at)

        told = [(workers[0], "alpha"), (workers[1], "idle")]
        wait_until(is_told)
        workers[0].kill()
        wait_until(lambda: doing(workers[0]) is None)
        goes_on.set()
        assert workers[1].stop() == 0
        assert run("status", "--home", home, "--json").json["workers"] == []  # one that has ended says so


def beating(home):
    """The workers that the queue knows of."""
    import psycopg

    from pipeline.app.worker import QUEUE

    with psycopg.connect(settings.load(home, {}).store.url) as connection:
        if connection.execute("SELECT to_regclass(%s)", [f"{QUEUE}.procrastinate_workers"]).fetchone()[0] is None:
            return []
        return connection.execute(f"SELECT id FROM {QUEUE}.procrastinate_workers").fetchall()  # noqa: S608 - a name of ours


@pytest.mark.parametrize("many", [1, 2])
def test_as_many_threads_are_run_at_once_as_there_are_workers(run, home, web, model, workers, tmp_path, many):
    """Where the model's answers are what takes time, two workers take half of it: each question waits for another that
    is asked at the same time, until as many as there are workers were."""
    names = [f"t{n}" for n in range(many + 1)]
    add(home, "[batch]\nparallel = 1\n")
    begin(run, home, web, *names)
    lock, under_way, most, full = threading.Lock(), [0], [0], threading.Event()

    def answer(body):
        with lock:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
            if most[0] == many:
                full.set()
        full.wait(60)
        time.sleep(0.1)  # for one too many
        with lock:
            under_way[0] -= 1
        return doubles.honest(body)

    model.answer = answer
    workers[:] = [Process.of_home(home, tmp_path / f"said{n}", "--no-site") for n in range(many)]
    wait_until(lambda: not waiting(home, names), 90)
    assert most[0] == many
    assert [worker.stop() for worker in workers] == [0] * many


def waiting(home, names):
    """The threads without a version."""
    store = store_of(home)
    with store.reading() as connection:
        made = version_store.last_numbers(connection)
    store.close()
    return set(names) - set(made)


def test_a_question_that_threads_of_two_workers_share_is_asked_once(run, home, web, model, workers, tmp_path):
    model.answer = lambda body: (time.sleep(0.5), doubles.honest(body))[1]
    web.pages["/both"] = article("both")
    web.pages["/both.xml"] = doubles.feed(web.base, ("The both plan", "/both"))
    for name in ("one", "two"):
        run("new", name, "--title", "the same", "--feed", f"{web.base}/both.xml", "--home", home)
    add(home, "[batch]\nparallel = 1\n")
    file = home / "machine.toml"
    file.write_text(file.read_text().replace("[model]", "[model]\nrequests_per_minute = 6000"))
    workers += [Process.of_home(home, tmp_path / f"said{n}") for n in (1, 2)]
    wait_until(lambda: not waiting(home, ["one", "two"]))
    forms = [doubles.form_name(body) for body in model.asked]
    assert forms.count("extract") == 1
    assert all("version" in worker.said() for worker in workers)
    store = store_of(home)
    with store.reading() as connection:
        paced = set(connection.scalars(sa.select(paces.c.name)))
    store.close()
    assert paced == {f"{model.base_url} requests", web.base}  # the endpoint's limits and the host's pauses are shared


def test_a_worker_brings_its_home_s_site_tells_of_it_and_stops_when_told(run, home, web, model, workers, tmp_path):
    begin(run, home, web, "alpha")
    with hook_server() as hook:
        add(home, f'[notify.webhook]\nurl = "{hook.url}"\n')
        workers.append(Process.of_an_operator(home, tmp_path / "said"))
        wait_until(lambda: (home / "site/threads/alpha/index.html").exists())
        wait_until(lambda: (home / "site/today/index.html").exists())
        wait_until(lambda: hook.told)
        assert workers[0].stop() == 0
    assert [told.body["data"]["version"] for told in hook.told] == [1]
    assert run("batch", "--plan", "--home", home, "--json").json["due"] == []


def test_told_to_stop_in_the_middle_of_a_question_it_stops_within_seconds(run, home, web, model, workers, tmp_path):
    begin(run, home, web, "alpha")
    asked, ended = threading.Event(), threading.Event()
    model.answer = lambda body: (asked.set(), ended.wait(120), doubles.honest(body))[2]
    workers.append(Process.of_home(home, tmp_path / "said"))
    assert asked.wait(90)
    assert workers[0].stop() == 0  # or it waits for the answer
    ended.set()
    model.answer = doubles.honest
    assert run("thread", "alpha", "--home", home, "--json").json["version"] == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("[batch]\ntokens = 1000\n", "[model] run_tokens"),
        ("[batch]\ndeferred = true\n", "are for batches"),
    ],
)
def test_what_workers_cannot_hold_to_is_refused(run, home, more, said):
    add(home, more)
    done = run("worker", "--home", home)
    assert done.code == 2
    assert said in done.err


def test_without_a_shared_store_there_are_no_workers(run, tmp_path, web, model):
    (tmp_path / "alone").mkdir()
    write_settings(tmp_path / "alone", web, model)
    done = run("worker", "--home", tmp_path / "alone")
    assert done.code == 2
    assert "[store] url" in done.err


def test_a_question_without_an_answer_is_not_asked_again_with_every_look(run, home, web, model, workers, tmp_path):
    """It would be paid for every minute."""
    begin(run, home, web, "alpha")

    def day_goes_wrong(body):
        return "{}" if doubles.form_name(body) == "day" else doubles.honest(body)

    model.answer = day_goes_wrong
    counted = []
    for n in (1, 2):
        workers[:] = [Process.of_home(home, tmp_path / f"said{n}")]
        wait_until(lambda: beating(home) and not waiting(home, ["alpha"]))
        time.sleep(3)  # each looks when it begins
        assert workers[0].stop() == 0
        counted.append([doubles.form_name(body) for body in model.asked].count("day"))
    assert counted[0] > 0
    assert counted == [counted[0]] * 2


WITHOUT = """
import sys
for name in sys.argv.pop(1).split(","):
    sys.modules[name] = None
from pipeline.cli.main import main
main()
"""


@pytest.mark.parametrize(
    ("missing", "command", "on_file", "code", "said"),
    [
        ("psycopg,procrastinate", "threads", True, 0, ""),
        ("psycopg,procrastinate", "worker", True, 2, "[store] url"),
        ("psycopg,procrastinate", "threads", False, 2, "[postgresql]"),
        ("procrastinate", "threads", False, 0, ""),
        ("procrastinate", "worker", False, 2, "[postgresql]"),
    ],
)
def test_what_is_for_more_machines_is_asked_for_only_there(home, web, model, missing, command, on_file, code, said):
    if on_file:
        write_settings(home, web, model)
    words = [sys.executable, "-c", WITHOUT, missing, command, "--home", str(home)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
