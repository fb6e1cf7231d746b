"""Unattended, as an operator runs it: batches of threads, and all that may go wrong while nobody looks."""

import json
import re
import signal
import subprocess
import sys
import threading
import time

import pytest

from pipeline.records.items import Item
from pipeline.store import schema
from tests import ROOT, doubles
from tests.conftest import store_of, write_settings
from tests.sampling import WHOLE


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


# When it may not.


def test_quiet_hours_are_told(run, home, web, model):
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
    first = subprocess.Popen(
        [sys.executable, "-m", "tests.program", "batch", "--home", home], cwd=ROOT, stderr=subprocess.PIPE
    )
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


@pytest.mark.parametrize("name", ["SIGINT", *["SIGTERM", "SIGHUP"] * WHOLE])
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
            if [doubles.form_name(each) for each in model.asked].count("update") >= 2:
                asked.set()  # both threads are as far: nothing else is under way
            hold.wait(120)
        return doubles.honest(body)

    model.answer = never
    words = [sys.executable, "-m", "tests.program", "batch", "--home", home]
    started = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, preexec_fn=heeds_signals)
    assert asked.wait(60)
    started.send_signal(getattr(signal, name))
    _, said = started.communicate(timeout=100)  # or it waits for the answers
    assert started.returncode == (130 if name == "SIGINT" else 1)
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
        told.wait(100)
        return doubles.honest(body)

    late: list[str] = []
    model.answer = answer
    words = [sys.executable, "-m", "tests.program", "batch", "--home", home]
    started = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, preexec_fn=heeds_signals)
    assert asked.wait(60)
    started.send_signal(signal.SIGTERM)
    assert any(b"stopped by the operator" in line for line in started.stderr)  # it has heard, and waits for a moment
    told.set()
    started.communicate(timeout=60)
    assert started.returncode == 1
    assert late == []


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


def test_a_watched_feed_is_shown_and_dropped(run, home, web):
    web.pages["/cake"] = doubles.page("An apple cake", "Butter, sugar and four apples.")
    web.pages["/all.xml"] = doubles.feed(web.base, ("An apple cake", "/cake"))
    assert run("watch", "--feed", f"{web.base}/all.xml", "--home", home).code == 0
    assert "not asked yet" in run("watch", "--home", home).out
    run("batch", "--home", home)
    assert "well, last well" in run("watch", "--home", home).out
    assert run("watch", "--drop", f"{web.base}/all.xml", "--home", home).code == 0
    assert "no feed is watched" in run("watch", "--home", home).out
    assert run("watch", "--drop", f"{web.base}/all.xml", "--home", home).code == 2


# What the operator decides, in the words of the command line; `test_batches` says what becomes of it.


def test_the_operator_decides_by_commands(run, home, web, model):
    begin(run, home, web, "alpha", "beta")
    done = run("batch", "--home", home, "--json").json
    items = {c["title"]: c["item"] for c in run("show", "alpha", "--format", "json", "--home", home).json["coverage"]}
    for words, code in (
        (("rename", "alpha", "--title", "The other plan"), 0),
        (("rename", "alpha", "--title", "  "), 2),
        (("accept", "alpha"), 2),
        (("decline", "alpha"), 2),
        (("split", "alpha", "delta", "--title", "D", "--item", "nobody"), 2),
        (("split", "alpha", "delta", "--title", "D"), 2),
        (("split", "alpha", "delta", "--title", "D", "--item", items["The alpha plan"]), 0),
        (("merge", "beta", "beta"), 2),
        (("merge", "beta", "alpha"), 0),
        (("thread", "beta"), 2),
    ):
        assert run(*words, "--home", home).code == code, words
    listed = {t["slug"]: t for t in run("threads", "--home", home, "--json").json["threads"]}
    assert listed["alpha"]["title"] == "The other plan"
    assert (listed["beta"]["state"], listed["delta"]["title"]) == ("closed", "D")
    assert sorted(t["thread"] for t in done["threads"]) == ["alpha", "beta"]


def test_a_proposed_thread_is_accepted_by_a_command_and_another_declined(run, home):
    store = store_of(home)
    with store.writing() as connection:
        for slug in ("one", "two"):
            row = {"slug": slug, "title": slug, "state": "proposed", "state_reason": "They argue."}
            row["created_at"] = "2026-03-25T12:00:00+00:00"
            connection.execute(schema.threads.insert().values(row))
        item = {"id": "i", "url": "http://a.example/", "via": "feed", "title": "The weir", "venue": "A paper"}
        record = Item.model_validate({**item, "first_seen_at": "2026-03-25T12:00:00+00:00"}).model_dump_json()
        connection.execute(schema.items.insert().values(id="i", host="a.example", record=record))
        connection.execute(schema.thread_items.insert().values(thread="one", item="i", position=1))
    store.close()
    shown = run("threads", "--home", home)
    assert ("why: They argue." in shown.out, "A paper: The weir" in shown.out) == (True, True)
    unaccepted = run("thread", "one", "--home", home)
    assert (unaccepted.code, "accept one" in unaccepted.err) == (2, True)
    for words in (("reopen", "one"), ("close", "one"), ("show", "one")):
        refused = run(*words, "--home", home)
        assert (refused.code, "`accept one` begins it" in refused.err) == (2, True), words
    assert run("accept", "one", "--title", "One", "--home", home).code == 0
    assert run("decline", "two", "--home", home).code == 0
    assert run("reopen", "two", "--home", home).code == 2
    listed = run("threads", "--home", home, "--json").json["threads"]
    assert sorted((t["slug"], t["title"], t["state"]) for t in listed) == [
        ("one", "One", "live"),
        ("two", "two", "declined"),
    ]


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
