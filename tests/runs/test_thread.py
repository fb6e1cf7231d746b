"""A thread's run: what is made, what is not paid for twice, what one failure leaves standing."""

import json
import os
import subprocess
import sys
import threading
import time

import pytest

from pipeline import testing
from pipeline.app.machine import Machine
from pipeline.context import parallel
from pipeline.errors import ModelUnavailable, StoreError
from tests import ROOT, doubles
from tests.conftest import ARTICLE, SILENCE, changing, follow, run_again, version_of, write_settings

pytestmark = pytest.mark.both_databases(every=3)


# A run, as an operator runs it.


def ran(run, home, *more):
    return run("thread", "silence", "--home", home, "--json", *more)


def shown(run, home):
    return run("show", "silence", "--format", "json", "--home", home).json


def test_a_page_becomes_a_version_whose_every_citation_is_proved(run, home, thread, model):
    report = ran(run, home)
    assert report.code == 0
    assert report.json["outcome"] == "new version"
    version = shown(run, home)
    assert version["version"] == 1
    assert [s["text"] for s in version["narrative"][0]["sentences"]] == list(SILENCE)
    assert version["sources"][0]["evidence"] == "full text"
    proof = run("verify", "silence", "--home", home, "--json")
    assert proof.code == 0
    assert proof.json["failures"] == []
    assert proof.json["citations"] == proof.json["resolved"] > 0
    assert proof.json["quotations"] == proof.json["exact"] == len(SILENCE)


def test_offsets_count_in_the_text_the_item_command_prints(run, home, thread):
    ran(run, home)
    version = shown(run, home)
    for claim in version["claims"].values():
        text = run("item", claim["item"], "--text", "--home", home).out
        assert [text[e["start"] : e["end"]] for e in claim["evidence"]] == [e["text"] for e in claim["evidence"]]


def test_a_year_stays_a_year(run, home, thread):
    ran(run, home)
    assert shown(run, home)["timeline"][0]["date"] == "2016"
    html = (home / "site/threads/silence/index.html").read_text()
    assert "<time datetime=2016>2016</time>" in html
    assert "2016-01" not in html


def test_a_run_with_nothing_new_brings_a_site_after_the_store_that_an_earlier_run_left_behind(
    run, home, thread, monkeypatch
):
    def full(*_):
        raise StoreError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(Machine, "publish", full)
        assert ran(run, home).code == 1
    assert not (home / "site").exists()
    last = run("threads", "--home", home, "--json").json["threads"][0]["last_run"]
    assert (last["outcome"], last["model_calls"]) == ("new version", 3), "what it cost is known"
    again = ran(run, home)
    assert (again.code, again.json["outcome"], again.json["model_calls"]) == (0, "nothing new", 0)
    assert (home / "site/threads/silence/v1/index.html").exists()


def test_killed_in_the_middle_it_goes_on_where_it_was(run, home, thread, model):
    """SIGKILL while the page is being asked for: the extraction is not asked for again."""
    import signal

    def kills(body):
        if doubles.form_name(body) == "page":
            process.send_signal(signal.SIGKILL)
        return doubles.honest(body)

    model.answer = kills
    words = [sys.executable, "-m", "tests.program", "thread", "silence", "--home", str(home)]
    process = subprocess.Popen(words, cwd=ROOT, stderr=subprocess.DEVNULL)
    assert process.wait(timeout=60) == -signal.SIGKILL
    model.answer = doubles.honest
    asked = len(model.asked)
    assert ran(run, home).json["version"] == 1
    assert [doubles.form_name(b) for b in model.asked[asked:]] == ["page", "support"]


# What a run makes, on doubles.


B = "http://b.example/b"
FEED = "http://a.example/feed"
COST = "A councillor put the cost at 6.1 million crowns, once the cover teachers had been counted in it."


def texts(version):
    return [sentence["text"] for sentence in version["narrative"][0]["sentences"]]


@pytest.mark.both_databases
def test_a_second_run_finds_nothing_new_and_asks_nothing(machine, script):
    follow(machine, ARTICLE)
    assert run_again(machine).outcome == "new version"
    asked = len(script.asked)
    again = run_again(machine)
    assert (again.exit_code, again.outcome, again.model_calls) == (0, "nothing new", 0)
    assert len(script.asked) == asked
    assert len(machine.queries.versions("silence")) == 1


def test_a_feed_brings_its_pages_and_a_new_entry_makes_a_new_version_with_old_numbers_kept(machine, pages):
    pages.pages[FEED] = testing.feed(("Silence and sums", ARTICLE))
    follow(machine, feeds=[FEED])
    run_again(machine)
    first = version_of(machine)
    assert first["items"]["feeds"] == 1
    assert first["sources"][0]["venue"] == "A feed"
    assert first["sources"][0]["date"] == "2026-03-02"
    pages.pages[B] = testing.article("The cost", COST, "The board's own figure is 4.2 million crowns for two years.")
    pages.pages[FEED] = testing.feed(("The cost", B), ("Silence and sums", ARTICLE))
    assert run_again(machine).version == 2
    second = version_of(machine)
    assert (second["previous"], second["items"]["total"]) == (1, 2)
    assert second["sources"][0] == first["sources"][0]
    assert version_of(machine, 1) == first


def test_one_bad_source_never_stops_a_thread(machine, pages):
    bad = {
        "http://a.example/pdf": testing.Served(b"%PDF-1.7", "application/pdf"),
        "http://a.example/empty": testing.Served(b""),
        "http://a.example/bad-feed": testing.Served(b"{}", "application/json"),
    }
    pages.pages |= bad
    follow(machine, "http://a.example/gone", *list(bad)[:2], ARTICLE, feeds=list(bad)[2:])
    report = run_again(machine)
    assert (report.exit_code, report.outcome) == (1, "new version")
    reasons = sorted(trouble.reason for trouble in report.problems)
    assert reasons == ["empty", "http 404", "not a feed", "unreadable PDF"]
    coverage = {c["title"]: c["reason"] for c in version_of(machine)["coverage"]}
    assert coverage["http://a.example/pdf"] == "not read: unreadable PDF"
    assert coverage["Silence and sums"] == "cited as [1]"


def test_a_copy_is_folded_and_never_a_second_voice(machine, pages):
    pages.pages[B] = testing.article("Silence and sums", "This first appeared elsewhere.", *SILENCE)
    follow(machine, ARTICLE, B)
    run_again(machine)
    version = version_of(machine)
    assert len(version["sources"]) == 1
    assert len(version["sources"][0]["copies"]) == 1
    assert "copy of [1]" in {c["reason"] for c in version["coverage"]}


def test_a_paywalled_page_is_listed_and_never_cited(machine, pages, script):
    wall = '<script type="application/ld+json">{"@type": "Article", "isAccessibleForFree": false}</script>'
    pages.pages[B] = testing.article("Behind the wall", "A teaser of some length. " * 10, head=wall)
    follow(machine, ARTICLE, B)
    run_again(machine)
    reasons = {c["title"]: c["reason"] for c in version_of(machine)["coverage"]}
    assert reasons["Behind the wall"] == "title only"
    assert not any("teaser" in request.model_dump_json() for request in script.asked)


def test_what_a_site_says_on_every_page_is_never_shown_and_its_background_once(machine, pages, script):
    furniture, story = "Have you a story for us?", "The long trial of silence began in all the schools in 2024."
    heard = (
        ("a bell rang twice before noon", "somebody laughed at the back", "the door was left open"),
        ("rain fell on the tin roof", "no pupil spoke a word", "two clocks could be told apart"),
        ("a train went past the yard", "chalk broke on the board", "the caretaker swept his stairs"),
    )
    addresses = [f"http://a.example/{n}" for n in range(3)]
    for n, address in enumerate(addresses):
        own = [f"In school {n} they noted that {word}." for word in heard[n]]
        more = [f"{word.capitalize()}, as a teacher told us of school {n} later." for word in heard[n]]
        pages.pages[address] = testing.article(f"School {n}", own[0], *own[1:], story, *more, furniture)
    follow(machine, *addresses)
    run_again(machine)
    shown = " ".join(testing.material(request) for request in script.asked if request.prompt_name == "extract")
    assert all(f"In school {n}" in shown for n in range(3))
    assert (shown.count(furniture), shown.count(story)) == (0, 1)


def test_claims_on_sentences_that_do_not_exist_are_dropped_and_counted(machine, script):
    def invents(answer):
        answer["claims"] += [{**answer["claims"][0], "sentences": [99]}, {**answer["claims"][0], "sentences": []}]

    script.answers["extract"] = changing("extract", invents)
    follow(machine, ARTICLE)
    report = run_again(machine)
    assert (report.new_claims, report.claims_dropped) == (len(SILENCE), 2)


def test_unknown_ids_are_dropped_and_an_uncited_sentence_is_struck(machine, script):
    def invents(answer):
        first = answer["narrative"][0]["sentences"][0]
        answer["narrative"][0]["sentences"] += [
            {**first, "text": "It was retracted.", "cites": ["1.99", "7.1", "c1"]},
            {**first, "text": "Nobody knows why.", "cites": []},
            {**first, "text": 'The board said "we will change the timetable".'},
            {**first, "text": "See http://evil.example for more."},
        ]

    script.answers["page"] = changing("page", invents)
    follow(machine, ARTICLE)
    run_again(machine)
    version = version_of(machine)
    made = version.pop("made_by")
    assert (made["unknown_ids"], made["struck"]) == (3, 4)
    text = json.dumps(version)
    said = ("retracted", "knows why", "we will change", "evil.example")
    assert not any(words in text for words in said)
    assert all(any(words in loss["text"] for loss in made["losses"]) for words in said), "what was struck is told apart"


def test_a_quotation_cited_to_the_wrong_source_is_cited_again_to_the_one_that_says_it(machine, script):
    def misplaces(answer):
        sentence = {"text": 'It was "a timetable because of one preprint".', "cites": ["1.1"]}
        answer["narrative"][0]["sentences"] = [sentence]

    script.answers["page"] = changing("page", misplaces)
    follow(machine, ARTICLE)
    run_again(machine)
    version = version_of(machine)
    cited = version["narrative"][0]["sentences"][0]["claims"]
    assert [version["claims"][c]["evidence"][0]["text"] for c in cited] == list(SILENCE[:2])
    assert version["made_by"]["repaired"] == 1


BAD = ["no JSON at all", '{"summary": "x"}', '{"title": 1}', "", '{"summary": "cut', "[]", "null", '{"claims": NaN}']


@pytest.mark.parametrize("bad", BAD)
def test_an_answer_that_does_not_fit_is_asked_for_once_more_with_the_error_named(machine, script, bad):
    for prompt, answer in testing.honest().items():
        script.answers[prompt] = lambda request, answer=answer: bad if len(request.messages) == 2 else answer(request)
    follow(machine, ARTICLE)
    report = run_again(machine)
    assert (report.exit_code, report.outcome, report.model_calls) == (0, "new version", 6)
    assert script.asked[1].messages[3].content.startswith("That answer ")


def test_a_model_that_never_answers_well_fails_its_article_and_a_later_run_asks_again(machine, script):
    script.answers["extract"] = '{"no": 1}'
    follow(machine, ARTICLE)
    failed = run_again(machine)
    assert (failed.exit_code, failed.model_calls) == (1, 2)
    assert "run again" in failed.problems[0].message
    script.answers |= testing.honest()
    assert run_again(machine).outcome == "new version"


@pytest.mark.parametrize(
    ("declined", "paid", "says"),
    [
        (("I'm sorry, but I cannot help with that.", "stop"), 2, "refused to answer"),
        (("", "content_filter"), 1, "filtered"),
        (("No.", "refusal"), 1, "refused"),
    ],
)
def test_what_a_model_declines_is_paid_for_once_and_the_rest_goes_on(machine, pages, script, declined, paid, says):
    pages.pages[B] = testing.article("The cost", "A councillor put the cost at 6.1 million crowns in all. " * 5)
    honest = testing.honest()["extract"]
    script.answers["extract"] = lambda request: (
        testing.reply(request, *declined) if "councillor" in str(request) else honest(request)
    )
    follow(machine, ARTICLE, B)
    first = run_again(machine)
    assert (first.outcome, first.problems[0].what, says in first.problems[0].message) == ("new version", B, True)
    assert [request.prompt_name for request in script.asked].count("extract") == 1 + paid
    second = run_again(machine)
    assert (second.model_calls, len(second.problems)) == (0, 1)


@pytest.mark.parametrize(("form", "asked"), [("news report", 2), ("other", 1)])
def test_a_long_article_without_a_claim_is_asked_about_once_more(machine, pages, script, form, asked):
    """Not what is a piece of no kind, as a programme is. The second answer stands."""
    pages.pages[B] = testing.article(
        "The weir", *(f"The weir at Harrow was closed for part {n} of it." for n in "abcdefghijklmn")
    )
    follow(machine, B)
    script.answers["extract"] = {**testing.extraction("It tells of a weir."), "form": form}
    first = run_again(machine)
    assert script.prompts.count("extract") == asked
    assert first.problems == ()
    assert ("has no claim of the article" in str(script.asked[-1])) is (asked == 2)
    assert run_again(machine).model_calls == 0


def test_nothing_paid_for_is_paid_for_again_when_the_run_broke_off(machine, pages, script):
    pages.pages[B] = testing.article("The cost", "A councillor put the cost at 6.1 million crowns in all. " * 5)
    follow(machine, ARTICLE, B)
    script.answers["page"] = ModelUnavailable("the endpoint does not take this key")
    broken = run_again(machine)
    assert (broken.exit_code, broken.outcome, broken.model_calls) == (1, "failed", 2)
    script.answers |= testing.honest()
    done = run_again(machine)
    assert (done.model_calls, done.version) == (2, 1)
    assert version_of(machine)["made_by"]["calls"] == 4


def test_from_a_stage_on(begin_machine, machine, pages, script):
    follow(machine, ARTICLE)
    run_again(machine)
    fetched, asked = len(pages.asked), len(script.asked)
    for stage in ("read", "extract", "synthesize", "verify", "publish"):
        report = run_again(machine, stage)
        assert (report.exit_code, report.outcome, report.model_calls) == (0, "nothing new", 0), stage
    assert (len(pages.asked), len(script.asked)) == (fetched, asked)
    another = begin_machine(model={"name": "another"})
    assert run_again(another, "extract").model_calls == 3
    assert run_again(another, "synthesize").outcome == "nothing new"


# Recordings.


def test_a_recorded_run_replays_to_the_byte_without_web_or_model(run, home, thread, web, model, tmp_path):
    web.pages["/b"] = doubles.page("The cost", "A councillor put the cost at 6.1 million crowns in all. " * 5)
    web.pages["/feed"] = doubles.feed(web.base, ("The cost", "/b"), ("Gone", "/gone"))
    pages = ("--page", f"{web.base}/a", "--feed", f"{web.base}/feed")
    run("new", "other", "--title", "O", *pages, "--home", home)
    kept = tmp_path / "kept"
    recorded = run("thread", "other", "--record", kept, "--home", home, "--json").json
    asked = len(web.asked), len(model.asked)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "machine.toml").write_text("[fetch]\npause_s = 20\n")
    began = time.monotonic()
    replayed = run("thread", "other", "--replay", kept, "--home", elsewhere, "--json").json
    assert time.monotonic() - began < 20, "no host is waited for that nobody asks"
    assert replayed == recorded
    assert (len(web.asked), len(model.asked)) == asked
    for file in sorted((home / "site").rglob("*")):
        if file.is_file() and "about" not in file.parts:  # that tells of each home's own settings
            assert (elsewhere / "site" / file.relative_to(home / "site")).read_bytes() == file.read_bytes(), file


def test_a_recording_of_a_later_version_is_whole_too(run, home, thread, web, model, tmp_path):
    """The page and the feed answer that nothing has changed, another thread has the same item, and what only that
    thread has is not in the recording."""
    web.pages["/secret"] = doubles.page("Of another thread", "Nobody but this thread has this sentence. " * 5)
    for n, page in enumerate(("/a", "/secret")):
        run(
            "sources" if n else "new",
            "aside",
            *([] if n else ["--title", "O"]),
            "--page",
            web.base + page,
            "--home",
            home,
        )
        run("thread", "aside", "--home", home)
    web.pages["/b"] = doubles.page("The cost", "A councillor put the cost at 6.1 million crowns in all. " * 5)
    web.pages["/feed"] = doubles.feed(web.base, ("Silence and sums", "/a"))
    for path in ("/a", "/feed"):
        web.pages[path] = web.pages[path]._replace(headers={**web.pages[path].headers, "ETag": '"1"'})
    run("sources", "silence", "--feed", f"{web.base}/feed", "--home", home)
    ran(run, home)
    for path in ("/a", "/feed"):
        web.pages[path] = doubles.HttpAnswer(304, b"", {"ETag": '"1"'})
    web.pages["/feed2"] = doubles.feed(web.base, ("The cost", "/b"))
    run("sources", "silence", "--feed", f"{web.base}/feed2", "--home", home)
    kept, elsewhere = tmp_path / "kept", tmp_path / "elsewhere"
    recorded = ran(run, home, "--record", kept).json
    assert (recorded["version"], recorded["troubles"]) == (2, [])
    model.answer = None
    assert run("thread", "silence", "--replay", kept, "--home", elsewhere, "--json").json == recorded
    folder = "site/threads/silence"
    for file in sorted((home / folder).rglob("*.*")):
        assert (elsewhere / folder / file.relative_to(home / folder)).read_bytes() == file.read_bytes(), file
    assert all(b"Nobody but this thread" not in file.read_bytes() for file in kept.iterdir())
    run("new", "silence", "--title", "Silence", "--page", f"{web.base}/b", "--home", tmp_path / "begun")
    refused = run("thread", "silence", "--replay", kept, "--home", tmp_path / "begun")
    assert (refused.code, "play it in a home that has no 'silence' yet" in refused.err) == (2, True)


def test_replaying_never_changes_a_recording(run, home, thread, tmp_path):
    """A replay that finds nothing new asks for less than was recorded: what it did not ask for stays."""
    kept = tmp_path / "kept"
    run("thread", "silence", "--record", kept, "--home", home)
    before = {file.name: file.read_bytes() for file in kept.iterdir()}
    assert ran(run, home, "--replay", kept).json["outcome"] == "nothing new"
    assert {file.name: file.read_bytes() for file in kept.iterdir()} == before


def test_recording_again_asks_only_what_the_recording_lacks(run, home, thread, web, model, tmp_path):
    kept = tmp_path / "kept"
    run("thread", "silence", "--record", kept, "--home", home)
    asked = len(model.asked)
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    write_settings(fresh, web, model)
    run("new", "silence", "--title", "Silence", "--page", f"{web.base}/a", "--home", fresh)
    run("thread", "silence", "--record", kept, "--home", fresh)
    assert len(model.asked) == asked
    exchanges = json.loads((kept / "exchanges.json").read_text())["interactions"]
    assert len(exchanges) == 5, "robots.txt, the page, three answers"


def test_a_recording_keeps_no_key_and_no_header_that_was_not_allowed(run, home, thread, model, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "canary-key-that-must-not-be-kept")
    run("thread", "silence", "--record", tmp_path / "kept", "--home", home)
    assert model.headers[0]["authorization"].endswith("canary-key-that-must-not-be-kept")
    for file in [*tmp_path.rglob("*")]:
        assert not file.is_file() or b"canary-key" not in file.read_bytes(), file
    for each in json.loads((tmp_path / "kept/exchanges.json").read_text())["interactions"]:
        assert each["request"]["headers"] == {}
        assert set(each["response"]["headers"]) <= {"content-type", "location", "etag", "last-modified"}


def test_a_replay_that_lacks_an_answer_fails_at_once(run, home, thread, tmp_path):
    kept = tmp_path / "kept"
    run("thread", "silence", "--record", kept, "--home", home)
    tree = json.loads((kept / "exchanges.json").read_text())
    tree["interactions"] = [e for e in tree["interactions"] if e["request"]["method"] == "GET"]
    (kept / "exchanges.json").write_text(json.dumps(tree))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    ended = run("thread", "silence", "--replay", kept, "--home", elsewhere)
    assert (ended.code, ended.err.count("holds no answer")) == (2, 1)


@pytest.mark.both_databases
def test_two_runs_of_one_thread_never_overlap(run, home, thread, model):
    """A second run started while the first waits for the model says who holds the thread, and exits 3."""
    second = []

    def during(body):
        if not second:
            words = [sys.executable, "-m", "tests.program", "thread", "silence", "--home", str(home)]
            second.append(subprocess.run(words, cwd=ROOT, capture_output=True, text=True))
        return doubles.honest(body)

    model.answer = during
    assert ran(run, home).code == 0
    assert second[0].returncode == 3
    assert f"(process {os.getpid()}): wait for it to end" in second[0].stderr


def test_one_worker_is_the_caller_itself_and_works_in_order():
    seen = []

    def work(number):
        seen.append((number, threading.current_thread()))
        return -number

    assert list(parallel(1, work, [3, 1, 2])) == [(3, -3), (1, -1), (2, -2)]
    assert list(parallel(8, work, [5])) == [(5, -5)]  # one input needs no thread of its own
    assert seen == [(number, threading.current_thread()) for number in (3, 1, 2, 5)]


def test_what_one_worker_had_not_begun_when_another_failed_is_not_begun():
    seen = []
    with pytest.raises(ZeroDivisionError):
        list(parallel(1, lambda number: seen.append(number) or 1 // number, [1, 0, 2]))
    assert seen == [1, 0]
