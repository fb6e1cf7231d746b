"""Unattended: batches of threads, and all that may go wrong while nobody looks."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests import doubles
from tests.conftest import store_of, write_settings

ROOT = Path(__file__).parent.parent


def article(name, count=3):
    return doubles.page(
        f"The {name} plan", *(f"The {name} office counted {n} things of the plan." for n in range(count))
    )


def begin(run, home, web, *names):
    """Threads on a feed each, with one article."""
    for name in names:
        web.pages[f"/{name}"] = article(name)
        web.pages[f"/{name}.xml"] = doubles.feed(web.base, (f"The {name} plan", f"/{name}"))
        assert run("new", name, "--title", name, "--feed", f"{web.base}/{name}.xml", "--home", home).code == 0


def due_again(home):
    """Lets an interval pass, by an interval of next to nothing."""
    settings = home / "machine.toml"
    if "[batch]" not in settings.read_text():
        settings.write_text(settings.read_text() + "\n[batch]\nevery_hours = 1e-10\n")


def version_of(run, home, slug):
    shown = run("show", slug, "--format", "json", "--home", home)
    return shown.json["version"] if shown.code == 0 else None


def test_a_batch_runs_all_threads_and_publishes_them(run, home, web, model):
    begin(run, home, web, "alpha", "beta", "gamma")
    done = run("batch", "--home", home, "--json")
    assert done.code == 0, done.err
    assert sorted(t["thread"] for t in done.json["threads"]) == ["alpha", "beta", "gamma"]
    assert all(t["version"] == 1 for t in done.json["threads"])
    assert done.json["model_calls"] == len(model.asked)
    for name in ("alpha", "beta", "gamma"):
        assert (home / f"site/threads/{name}/index.html").is_file()
    assert (home / "site/today/index.html").is_file()


def test_a_batch_with_nothing_new_asks_nothing(run, home, web, model):
    begin(run, home, web, "alpha", "beta")
    run("batch", "--home", home)
    due_again(home)
    since = len(model.asked)
    done = run("batch", "--home", home, "--json")
    assert done.code == 0
    assert [t["outcome"] for t in done.json["threads"]] == ["nothing new", "nothing new"]
    assert len(model.asked) == since
    assert run("status", "--home", home, "--json").json["batches"][0]["model_calls"] == 0


def test_what_is_not_due_is_not_run(run, home, web):
    begin(run, home, web, "alpha")
    run("batch", "--home", home)
    asked = len(web.asked)
    done = run("batch", "--home", home, "--json")
    assert (done.json["threads"], done.json["waiting"]) == ([], 1)
    assert len(web.asked) == asked


def test_a_thread_that_fails_is_a_line_and_the_others_are_done(run, home, web):
    begin(run, home, web, "alpha", "beta")
    del web.pages["/alpha.xml"]
    done = run("batch", "--home", home, "--json")
    assert done.code == 1
    lines = {t["thread"]: t for t in done.json["threads"]}
    assert lines["alpha"]["troubles"] == 1
    assert lines["beta"]["version"] == 1


def test_a_thread_that_another_run_holds_is_a_line(run, home, web):
    begin(run, home, web, "alpha", "beta")
    store = store_of(home)
    with store.lock("alpha", "a run of yesterday"):
        done = run("batch", "--home", home, "--json")
    store.close()
    assert done.code == 1
    lines = {t["thread"]: t for t in done.json["threads"]}
    assert f"(process {os.getpid()})" in lines["alpha"]["trouble"]
    assert lines["beta"]["version"] == 1


def test_a_question_two_threads_share_is_asked_once(run, home, web, model):
    """The same article in two threads that run at the same time."""
    model.answer = lambda body: (time.sleep(0.2), doubles.honest(body))[1]
    web.pages["/both"] = article("both")
    web.pages["/both.xml"] = doubles.feed(web.base, ("The both plan", "/both"))
    for name in ("one", "two"):
        run("new", name, "--title", "the same", "--feed", f"{web.base}/both.xml", "--home", home)
    done = run("batch", "--home", home, "--json")
    assert done.code == 0, done.err
    assert [t["version"] for t in done.json["threads"]] == [1, 1]
    assert [doubles.form_name(body) for body in model.asked].count("extract") == 1
    assert web.asked.count("/both.xml") == 1


def test_what_a_shared_feed_brings_reaches_every_thread_that_follows_it(run, home, web):
    web.pages["/both"] = article("both")
    web.pages["/both.xml"] = doubles.feed(web.base, ("The both plan", "/both"))
    for name in ("one", "two"):
        run("new", name, "--title", name, "--feed", f"{web.base}/both.xml", "--home", home)
        assert run("thread", name, "--home", home, "--json").json["version"] == 1
    web.pages["/more"] = article("later")
    web.pages["/both.xml"] = doubles.feed(web.base, ("The both plan", "/both"), ("More of it", "/more"))
    for name in ("one", "two"):
        assert run("thread", name, "--home", home, "--json").json["version"] == 2


def test_a_feed_that_says_it_is_unchanged_says_so_only_to_who_has_it(run, home, web):
    """A server that answers with 304 to who names its tag: the second thread has never seen what that stands for."""
    entries = doubles.feed(web.base, ("The both plan", "/both"))
    web.pages["/both"] = article("both")

    def respond(handler, _):
        if handler.path == "/robots.txt":
            return doubles.HttpAnswer(404, b"")
        if handler.headers.get("If-None-Match") == '"1"':
            return doubles.HttpAnswer(304, b"", {"ETag": '"1"'})
        return doubles.HttpAnswer(200, entries.body, {**entries.headers, "ETag": '"1"'})

    with doubles.serving(respond) as base:
        settings = home / "machine.toml"
        settings.write_text(settings.read_text().replace(f'["{web.host}"]', f'["{web.host}", "{base[7:]}"]'))
        for name in ("one", "two"):
            run("new", name, "--title", name, "--feed", f"{base}/feed.xml", "--home", home)
            assert run("thread", name, "--home", home, "--json").json["version"] == 1
        assert run("thread", "two", "--home", home, "--json").json["outcome"] == "nothing new"


# What it may spend.


def test_a_greedy_thread_does_not_starve_the_others_and_the_ceiling_is_never_passed(run, home, web, model):
    settings = home / "machine.toml"
    settings.write_text(settings.read_text().replace("[model]", "[model]\nlongest_answer = 500\nparallel = 1"))
    settings.write_text(settings.read_text() + "[batch]\ntokens = 30000\nparallel = 1\nevery_hours = 1e-10\n")
    names = [f"/g{n}" for n in range(12)]
    for name in names:
        web.pages[name] = article(name[1:], 40)
    web.pages["/greedy.xml"] = doubles.feed(web.base, *((f"On {name}", name) for name in names))
    run("new", "a-greedy", "--title", "greedy", "--feed", f"{web.base}/greedy.xml", "--home", home)
    begin(run, home, web, "beta", "gamma")
    done = run("batch", "--home", home, "--json")
    assert done.code == 4, done.err
    assert done.json["allowance_spent"]
    spent = done.json["prompt_tokens"] + done.json["completion_tokens"]
    assert spent <= 30000
    lines = {t["thread"]: t for t in done.json["threads"]}
    assert lines["a-greedy"]["allowance_spent"]
    assert (lines["beta"]["version"], lines["gamma"]["version"]) == (1, 1)
    assert (home / "site/threads/beta/index.html").is_file()
    extracted = [doubles.form_name(body) for body in model.asked].count("extract")
    for _ in range(6):
        if run("batch", "--home", home).code == 0:
            break
    assert version_of(run, home, "a-greedy") >= 1
    again = [doubles.form_name(body) for body in model.asked].count("extract")
    assert extracted < again <= 14, "an article was asked about twice"


def test_the_reports_count_what_was_really_spent(run, home, web, model):
    settings = home / "machine.toml"
    settings.write_text(settings.read_text().replace("[model]", "[model]\nprice_in = 2.0\nprice_out = 8.0"))
    begin(run, home, web, "alpha")
    done = run("batch", "--home", home, "--json").json
    asked = sum(sum(len(m["content"]) for m in body["messages"]) // 2 for body in model.asked)
    assert (done["prompt_tokens"], done["completion_tokens"]) == (asked, 10 * len(model.asked))
    assert done["price"] == pytest.approx((asked * 2 + 80 * len(model.asked)) / 1e6)
    spend = run("status", "--home", home, "--json").json["spend"]
    assert [(day["calls"], day["tokens"]) for day in spend] == [(len(model.asked), asked + 10 * len(model.asked))]
    assert spend[0]["price"] == pytest.approx(done["price"])


# When it may not.


def test_quiet_hours_begin_nothing(run, home, web, model):
    begin(run, home, web, "alpha")
    settings = home / "machine.toml"
    now = time.gmtime().tm_hour
    settings.write_text(settings.read_text() + f'[batch]\nquiet_hours = "{now}-{(now + 2) % 24}"\n')
    done = run("batch", "--home", home)
    assert done.code == 0
    assert "quiet hours until" in done.out
    assert model.asked == []


def test_a_second_batch_says_who_holds_it_and_ends_with_3(run, home, web, model, tmp_path):
    begin(run, home, web, "alpha")
    answering, go_on = threading.Event(), threading.Event()

    def slow(body):
        answering.set()
        assert go_on.wait(60)
        return doubles.honest(body)

    model.answer = slow
    first = subprocess.Popen([sys.executable, "run.py", "batch", "--home", home], cwd=ROOT, stderr=subprocess.PIPE)
    assert answering.wait(60)
    second = run("batch", "--home", home)
    assert second.code == 3
    assert re.search(r"the batch is being run by .* \(process \d+\): wait", second.err)
    go_on.set()
    first.communicate(timeout=60)
    assert first.returncode == 0
    forms = [doubles.form_name(body) for body in model.asked]
    assert forms.count("extract") == forms.count("page") == 1


def heeds_signals():
    """Tests may themselves be run in the background, where signals are ignored, and that is handed down."""
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_told_to_stop_it_stops_within_seconds_and_the_next_goes_on(run, home, web, model, name):
    begin(run, home, web, "alpha", "beta")
    run("batch", "--home", home)
    before = (home / "site/threads/alpha/index.html").read_bytes()
    due_again(home)
    for each in ("alpha", "beta"):
        web.pages[f"/{each}2"] = article(f"second {each}")
        web.pages[f"/{each}.xml"] = doubles.feed(web.base, ("Second", f"/{each}2"), ("First", f"/{each}"))
    asked = threading.Event()
    hold = threading.Event()

    def never(body):
        if doubles.form_name(body) == "update":
            if [doubles.form_name(each) for each in model.asked].count("update") == 2:
                asked.set()  # both threads are as far: nothing else is under way
            hold.wait(30)
        return doubles.honest(body)

    model.answer = never
    words = [sys.executable, "run.py", "batch", "--home", home]
    started = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, preexec_fn=heeds_signals)
    assert asked.wait(60)
    began = time.monotonic()
    started.send_signal(getattr(signal, name))
    _, said = started.communicate(timeout=30)
    assert time.monotonic() - began < 5
    assert started.returncode == 1
    assert "stopped by the operator" in said.decode()
    hold.set()
    assert (home / "site/threads/alpha/index.html").read_bytes() == before
    since = len(model.asked)
    done = run("batch", "--home", home, "--json")
    assert done.code == 0, done.err
    assert [version_of(run, home, each) for each in ("alpha", "beta")] == [2, 2]
    assert "extract" not in [doubles.form_name(body) for body in model.asked[since:]]
    told = run("status", "--home", home, "--json").json["batches"]
    assert [t["reason"] for t in told[1]["troubles"]] == ["stopped"]


def test_once_told_to_stop_it_begins_no_other_question(run, home, web, model):
    begin(run, home, web, "alpha", "beta", "gamma", "delta")
    told, asked = threading.Event(), threading.Event()

    def answer(body):
        late.append(doubles.form_name(body)) if told.is_set() else None
        asked.set()
        told.wait(20)
        time.sleep(0.5)
        return doubles.honest(body)

    late: list[str] = []
    model.answer = answer
    words = [sys.executable, "run.py", "batch", "--home", home]
    started = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, preexec_fn=heeds_signals)
    assert asked.wait(60)
    started.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    told.set()
    started.communicate(timeout=30)
    assert started.returncode == 1
    assert late == []


def test_a_dead_endpoint_ends_the_asking_and_not_the_site(run, home, web, model):
    begin(run, home, web, "alpha")
    run("batch", "--home", home)
    due_again(home)
    begin(run, home, web, "beta", "gamma")
    settings = home / "machine.toml"
    well = settings.read_text()
    settings.write_text(well.replace(model.base_url, "http://127.0.0.1:9/v1").replace("attempts = 2", "attempts = 1"))
    settings.write_text(settings.read_text() + "parallel = 1\n")
    done = run("batch", "--home", home, "--json")
    assert done.code == 1
    outcomes = {t["thread"]: (t["outcome"], t["trouble"]) for t in done.json["threads"]}
    assert sorted(outcomes) == ["alpha", "beta", "gamma"]
    assert outcomes["beta"][0] == "failed"
    assert "could not be asked" in outcomes["gamma"][1]
    assert (home / "site/threads/alpha/index.html").is_file()
    settings.write_text(well)
    assert run("batch", "--home", home).code == 0
    assert [version_of(run, home, name) for name in ("beta", "gamma")] == [1, 1]


FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.argv = ["run.py", *sys.argv[2:]]
from pipeline import cli
cli.main()
"""


@pytest.mark.parametrize("room", [0, 20_000, 50_000, 80_000])
def test_a_full_disk_ends_with_1_and_the_next_batch_picks_up(run, home, web, model, room, database):
    """No file may grow beyond where the disk is full: the store, its log and the site alike."""
    begin(run, home, web, "alpha")
    run("batch", "--home", home)
    due_again(home)
    before = (home / "site/threads/alpha/index.html").read_bytes()
    begin(run, home, web, "beta")
    web.pages["/beta"] = article("beta", 60)
    if database:
        pytest.skip("this machine's disk is not the store's")
    largest = (home / "store.db").stat().st_size + room
    words = [sys.executable, "-c", FULL, str(largest), "batch", "--home", str(home)]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1, ended.stderr
    assert "Traceback" not in ended.stderr
    assert (home / "site/threads/alpha/index.html").read_bytes() == before
    assert run("check", "--home", home).out.count("ok    store") == 1
    assert run("batch", "--home", home).code == 0
    assert version_of(run, home, "beta") == 1


# What the operator sees.


def test_a_plan_says_what_is_due_and_asks_nothing(run, home, web, model):
    begin(run, home, web, "alpha", "beta")
    run("thread", "alpha", "--home", home)
    since = len(model.asked)
    found = run("batch", "--plan", "--home", home, "--json")
    assert found.code == 0
    assert [(each["thread"], each["why"]) for each in found.json["due"]] == [("beta", "never run")]
    assert [each["thread"] for each in found.json["waiting"]] == ["alpha"]
    assert found.json["plans"][0]["calls"] == 3
    assert len(model.asked) == since
    assert "1 threads are due, 1 wait" in run("batch", "--plan", "--home", home).out


def test_progress_is_one_line_of_pairs_a_step(run, home, web):
    begin(run, home, web, "alpha")
    lines = run("batch", "--home", home).err.strip().splitlines()
    pattern = re.compile(r'at=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ thread=(alpha|-) step=([a-z]+) said=(".*")')
    found = [pattern.fullmatch(line) for line in lines]
    assert all(found), lines
    steps = [match[2] for match in found if match and match[1] == "alpha"]
    assert steps == ["fetch", "read", "extract", "synthesize", "verify", "version"]
    assert [match[2] for match in found if match and match[1] == "-"] == ["day", "publish"]
    assert all(json.loads(match[3]) for match in found if match)


def test_a_home_that_replays_runs_no_batch(run, home):
    settings = home / "machine.toml"
    settings.write_text('replay = "x"\n' + settings.read_text())
    done = run("batch", "--home", home)
    assert done.code == 2
    assert "replays a recording" in done.err


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ("[batch]\nquiet_hours = 'late'\n", "batch.quiet_hours"),
        ("[batch]\nmoney = 1.0\n", "price_in"),
        ("[batch]\nevery_hours = 0\n", "batch.every_hours"),
        ("[discover]\nmode = 'maybe'\n", "discover.mode"),
    ],
)
def test_settings_that_cannot_be_are_refused(run, home, web, model, more, named):
    write_settings(home, web, model, more)
    done = run("batch", "--home", home)
    assert done.code == 2
    assert named in done.err


# What feeds bring.


NEWS = [
    f"The alpha office counted {n} {what} of the plan, its head said."
    for n, what in enumerate(("posts", "cars", "trees"), 7)
]


def watch_one(run, home, web, *entries):
    settings = home / "machine.toml"
    settings.write_text(settings.read_text() + "[discover]\nkeep_days = 36500\n")  # the double's feeds are of 2026-03
    for path, title, words in entries:
        web.pages[path] = doubles.page(title, *words)
    web.pages["/all.xml"] = doubles.feed(web.base, *((title, path) for path, title, _ in entries))
    assert run("watch", "--feed", f"{web.base}/all.xml", "--home", home).code == 0


SORTED = {"threads": [{"item": 1, "thread": "t1"}], "discussions": []}


def test_an_arrival_goes_to_the_thread_it_belongs_to_and_is_news_there(run, home, web, model):
    begin(run, home, web, "alpha")
    run("batch", "--home", home)
    watch_one(run, home, web, ("/w", "More on the alpha plan", NEWS))
    model.answer = lambda body: SORTED if doubles.form_name(body) == "discover" else doubles.honest(body)
    done = run("batch", "--home", home, "--json")
    assert done.code == 0, done.err
    assert (done.json["arrived"], done.json["assigned"]) == (1, 1)
    assert [(t["thread"], t["version"]) for t in done.json["threads"]] == [("alpha", 2)]


def test_what_is_near_nothing_is_not_asked_about_and_arrives_once(run, home, web, model):
    watch_one(run, home, web, ("/cake", "An apple cake", ["Butter, sugar and four apples."]))
    done = run("batch", "--home", home, "--json").json
    assert (done["arrived"], done["model_calls"]) == (1, 0)
    due_again(home)
    web.pages["/all.xml"] = doubles.feed(web.base, ("An apple cake", "/cake?utm_source=feed"))
    assert run("batch", "--home", home, "--json").json["arrived"] == 0
    assert run("status", "--home", home, "--json").json["arrivals"] == {"loose": 1}


def test_sorting_that_has_no_answer_waits_for_the_next_batch(run, home, web, model):
    begin(run, home, web, "alpha")
    run("batch", "--home", home)
    watch_one(run, home, web, ("/w", "More on the alpha plan", NEWS))
    model.answer = lambda body: "no" if doubles.form_name(body) == "discover" else doubles.honest(body)
    done = run("batch", "--home", home, "--json")
    assert done.code == 1
    assert [t["what"] for t in done.json["troubles"]] == ["the sorting of new items"]
    model.answer = lambda body: SORTED if doubles.form_name(body) == "discover" else doubles.honest(body)
    assert run("batch", "--home", home, "--json").json["assigned"] == 1
    assert version_of(run, home, "alpha") == 2


@pytest.mark.parametrize(
    "answer",
    [
        {"threads": [{"item": 99, "thread": "t1"}, {"item": 1, "thread": "t99"}], "discussions": []},
        {"threads": [], "discussions": [{"title": "X", "label": "x", "items": [1, 1, 99], "why": ""}]},
        {"threads": [], "discussions": [{"title": " ", "label": "", "items": [1, 2], "why": ""}]},
    ],
)
def test_an_answer_that_names_what_was_not_shown_does_nothing(run, home, web, model, answer):
    begin(run, home, web, "alpha")
    run("batch", "--home", home)
    watch_one(run, home, web, ("/w", "More on the alpha plan", NEWS), ("/x", "The alpha plan again", NEWS))
    model.answer = lambda body: answer if doubles.form_name(body) == "discover" else doubles.honest(body)
    done = run("batch", "--home", home, "--json").json
    assert (done["assigned"], done["begun"], done["proposed"]) == (0, [], [])
    assert version_of(run, home, "alpha") == 1


def test_a_watched_feed_is_shown_and_dropped(run, home, web):
    watch_one(run, home, web, ("/cake", "An apple cake", ["Butter, sugar and four apples."]))
    assert "not asked yet" in run("watch", "--home", home).out
    run("batch", "--home", home)
    assert "well, last well" in run("watch", "--home", home).out
    assert run("watch", "--drop", f"{web.base}/all.xml", "--home", home).code == 0
    assert "no feed is watched" in run("watch", "--home", home).out
    assert run("watch", "--drop", f"{web.base}/all.xml", "--home", home).code == 2


# What the operator decides.


@pytest.fixture
def proposed(run, home, web, model):
    """A proposed thread of an article and two of another host that lead to it."""
    elsewhere = web.host.replace("127.0.0.1", "localhost")
    settings = home / "machine.toml"
    settings.write_text(settings.read_text().replace(f'["{web.host}"]', f'["{web.host}", "{elsewhere}"]'))
    words = [f"The gamma office counted {n} things of the plan." for n in range(3)]
    watch_one(run, home, web, ("/one", "The gamma plan", words))
    for n in (2, 3):
        link = f'<a href="{web.base}/one">The count</a>'
        web.pages[f"/{n}"] = doubles.page(
            f"Answer {n}", *(f"{link} is wrong {k} times, engineer {n} holds." for k in "abc")
        )
    web.pages["/all.xml"] = doubles.feed(
        "",
        ("The gamma plan", f"{web.base}/one"),
        *((f"An answer on the gamma plan {n}", f"http://{elsewhere}/{n}") for n in (2, 3)),
    )
    begun = {
        "threads": [],
        "discussions": [
            {"title": "The gamma plan", "label": "Gamma plan", "items": [1, 2, 3], "why": "It is disputed."}
        ],
    }
    model.answer = lambda body: begun if doubles.form_name(body) == "discover" else doubles.honest(body)
    done = run("batch", "--home", home, "--json").json
    assert (done["proposed"], done["begun"], done["threads"]) == (["gamma-plan"], [], [])
    return home


def test_a_proposed_thread_is_run_once_it_is_accepted(run, home, proposed):
    listed = run("threads", "--home", home, "--json").json["threads"]
    assert [(t["slug"], t["state"], t["state_reason"]) for t in listed] == [
        ("gamma-plan", "proposed", "It is disputed.")
    ]
    assert not (home / "site/threads").exists()
    assert run("accept", "gamma-plan", "--title", "Gamma", "--home", home).code == 0
    done = run("batch", "--home", home, "--json").json
    assert [(t["thread"], t["version"]) for t in done["threads"]] == [("gamma-plan", 1)]
    assert run("accept", "gamma-plan", "--home", home).code == 2


def test_a_declined_thread_is_neither_run_nor_proposed_again(run, home, web, model, proposed):
    assert run("decline", "gamma-plan", "--home", home).code == 0
    due_again(home)
    web.pages["/4"] = article("gamma", 5)
    web.pages["/all.xml"] = doubles.feed(web.base, ("More on the gamma plan", "/4"))
    model.answer = lambda body: SORTED if doubles.form_name(body) == "discover" else doubles.honest(body)
    done = run("batch", "--home", home, "--json").json
    assert (done["assigned"], done["proposed"], done["threads"]) == (1, [], [])
    assert run("decline", "gamma-plan", "--home", home).code == 2


def test_a_merged_thread_is_closed_and_the_other_goes_on_with_its_items(run, home, web):
    begin(run, home, web, "alpha", "beta")
    run("batch", "--home", home)
    old = (home / "site/threads/beta/v1/index.html").read_bytes()
    assert run("merge", "beta", "alpha", "--home", home).code == 0
    done = run("batch", "--home", home, "--json").json
    assert [(t["thread"], t["version"]) for t in done["threads"]] == [("alpha", 2)]
    assert (home / "site/threads/beta/v1/index.html").read_bytes() == old
    assert "another thread now" in (home / "site/threads/beta/index.html").read_text()
    assert "the beta plan" in (home / "site/threads/alpha/index.html").read_text().lower()
    assert run("thread", "beta", "--home", home).code == 2
    for words in (("beta", "alpha"), ("alpha", "alpha"), ("alpha", "beta"), ("alpha", "nobody")):
        assert run("merge", *words, "--home", home).code == 2, words


def test_a_split_makes_a_thread_of_its_own_and_the_old_page_tells_of_it_no_more(run, home, web, model):
    begin(run, home, web, "alpha")
    web.pages["/beta"] = article("beta")
    web.pages["/alpha.xml"] = doubles.feed(web.base, ("The alpha plan", "/alpha"), ("The beta plan", "/beta"))
    run("batch", "--home", home)
    items = {c["title"]: c["item"] for c in run("show", "alpha", "--format", "json", "--home", home).json["coverage"]}
    words = ("split", "alpha", "beta", "--title", "Beta", "--item", items["The beta plan"])
    assert run(*words, "--home", home).code == 0
    model.answer = without_struck
    done = run("batch", "--home", home, "--json").json
    assert {t["thread"]: t["version"] for t in done["threads"]} == {"alpha": 2, "beta": 1}
    shown = run("show", "alpha", "--home", home).out
    assert "The beta office" not in shown.partition("## Sources")[0]
    assert "moved to another thread" in shown
    assert run("verify", "alpha", "--home", home).code == 0
    due_again(home)
    since = len(model.asked)
    assert run("batch", "--home", home).code == 0
    assert len(model.asked) == since
    assert run("split", "alpha", "delta", "--title", "D", "--item", "nobody", "--home", home).code == 2
    assert run("split", "alpha", "delta", "--title", "D", "--home", home).code == 2


def without_struck(body):
    """The honest double, which finds unsupported what rests on a source that has left the thread."""
    material = body["messages"][1]["content"]
    if doubles.form_name(body) != "support":
        return doubles.honest(body)
    sentences = re.findall(r"^(\d+)\. \(.*?\) (.*)$", material.partition("# Sentences")[2], re.MULTILINE)
    return {
        "verdicts": [
            doubles.verdict(int(n), "not" if "beta" in text else "supported", "it left") for n, text in sentences
        ]
    }


def test_a_renamed_thread_keeps_its_address(run, home, web):
    begin(run, home, web, "alpha")
    assert run("rename", "alpha", "--title", "The other plan", "--home", home).code == 0
    assert run("threads", "--home", home, "--json").json["threads"][0]["title"] == "The other plan"
    assert run("rename", "alpha", "--title", "  ", "--home", home).code == 2


# Half the price, answered within a day.


class BatchApi:
    """OpenAI's Batch API on loopback: files in, jobs that end when they are told to, files out."""

    def __init__(self):
        self.files, self.jobs, self.forms = {}, {}, []
        self.state = "in_progress"
        self.leave_out = 0

    def respond(self, handler, raw):
        headers = {"Content-Type": "application/json"}

        def said(value):
            return doubles.HttpAnswer(200, json.dumps(value).encode(), headers)

        path = handler.path.removeprefix("/v1")
        if path == "/files":
            boundary = handler.headers["Content-Type"].partition("boundary=")[2].encode()
            parts = [part for part in raw.split(b"--" + boundary) if b"questions.jsonl" in part]
            name = f"file-{len(self.files)}"
            self.files[name] = parts[0].partition(b"\r\n\r\n")[2].rstrip(b"\r\n").decode()
            return said({"id": name, "object": "file"})
        if path == "/batches":
            asked = json.loads(raw)
            assert (asked["endpoint"], asked["completion_window"]) == ("/v1/chat/completions", "24h")
            name = f"batch-{len(self.jobs)}"
            self.jobs[name] = asked["input_file_id"]
            return said({"id": name, "object": "batch", "status": "validating"})
        if path.startswith("/batches/"):
            name = path.rpartition("/")[2]
            done = {"output_file_id": self.output(name)} if self.state in ("completed", "expired") else {}
            return said({"id": name, "object": "batch", "status": self.state, **done})
        if path.endswith("/content"):
            return doubles.HttpAnswer(200, self.files[path.split("/")[2]].encode(), {"Content-Type": "text/plain"})
        self.forms.append(doubles.form_name(json.loads(raw)))
        return doubles.HttpAnswer(200, doubles.completion(json.dumps(doubles.honest(json.loads(raw)))), headers)

    def output(self, job):
        lines = []
        for line in self.files[self.jobs[job]].splitlines():
            question = json.loads(line)
            body = json.loads(doubles.completion(json.dumps(doubles.honest(question["body"])), 40_000))
            lines.append({"custom_id": question["custom_id"], "response": {"status_code": 200, "body": body}})
        lines[:1] = [{"custom_id": "of nobody", "response": None}] if self.leave_out else lines[:1]
        name = f"output-{job}"
        self.files[name] = "not json\n" + "".join(json.dumps(line) + "\n" for line in lines)
        return name


@pytest.fixture
def deferred(run, home, web):
    api = BatchApi()
    with doubles.serving(api.respond) as base:
        settings = home / "machine.toml"
        text = re.sub(r'base_url = ".*?"', f'base_url = "{base}/v1"', settings.read_text())
        text = text.replace("[model]", "[model]\nprice_in = 2.0\nprice_out = 8.0")
        settings.write_text(text + "[batch]\ndeferred = true\nparallel = 1\n")
        begin(run, home, web, "alpha", "beta")
        yield api


def test_deferred_questions_are_handed_in_and_cost_half(run, home, deferred):
    outcomes = []
    for state in ("in_progress", "in_progress", "completed", "completed", "completed"):
        deferred.state = state
        done = run("batch", "--home", home, "--json")
        assert done.code == 0, done.err
        outcomes.append([t["outcome"] for t in done.json["threads"]])
    waits, news = ["awaiting answers"] * 2, ["new version"] * 2
    assert outcomes == [waits, waits, waits, waits, news]
    jobs = [[json.loads(line) for line in deferred.files[file].splitlines()] for file in deferred.jobs.values()]
    asked = [[doubles.form_name(question["body"]) for question in job] for job in jobs]
    assert asked == [["extract"] * 2, ["page"] * 2, ["support"] * 2]
    assert set(deferred.forms) <= {"day", "support"}, "a thread's question was asked at once"
    made_by = run("show", "alpha", "--format", "json", "--home", home).json["made_by"]
    assert made_by["price"] == pytest.approx(
        (made_by["tokens"]["prompt"] * 2 + made_by["tokens"]["completion"] * 8) / 2e6
    )


def test_what_a_job_left_out_is_handed_in_again(run, home, deferred):
    run("batch", "--home", home)
    deferred.state, deferred.leave_out = "expired", 1
    run("batch", "--home", home)
    deferred.state, deferred.leave_out = "completed", 0
    for _ in range(4):
        done = run("batch", "--home", home, "--json")
    assert [version_of(run, home, name) for name in ("alpha", "beta")] == [1, 1], done.json
    keys = [json.loads(line)["custom_id"] for f in deferred.jobs.values() for line in deferred.files[f].splitlines()]
    assert len(keys) - len(set(keys)) == 1


def test_while_answers_are_awaited_the_thread_stays_as_it_was_asked_about(run, home, web, deferred):
    run("batch", "--home", home)
    web.pages["/late"] = article("late")
    web.pages["/alpha.xml"] = doubles.feed(web.base, ("Late", "/late"), ("The alpha plan", "/alpha"))
    deferred.state = "completed"
    for _ in range(3):
        run("batch", "--home", home)
    assert version_of(run, home, "alpha") == 1
    due_again(home)
    settings = home / "machine.toml"
    settings.write_text(settings.read_text() + "every_hours = 1e-10\n")
    for _ in range(4):
        run("batch", "--home", home)
    assert version_of(run, home, "alpha") == 2


def test_an_endpoint_without_a_batch_api_is_told_so(run, home, web, model):
    begin(run, home, web, "alpha")
    settings = home / "machine.toml"
    settings.write_text(settings.read_text() + "[batch]\ndeferred = true\n")
    model.answer = lambda body: doubles.HttpAnswer(404, b"no", {})
    done = run("batch", "--home", home)
    assert done.code == 1
    assert "deferred = false" in done.out
