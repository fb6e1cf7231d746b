"""A thread run on real HTTP: what is made, what is not paid for twice, what one failure leaves standing."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pipeline.app.machine import Machine
from pipeline.context import parallel
from pipeline.errors import StoreError
from tests import doubles
from tests.conftest import SILENCE, write_settings


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


def test_a_second_run_finds_nothing_new_and_asks_nothing(run, home, thread, model):
    ran(run, home)
    asked = len(model.asked)
    again = ran(run, home)
    assert (again.code, again.json["outcome"], again.json["model_calls"]) == (0, "nothing new", 0)
    assert len(model.asked) == asked
    assert len(run("history", "silence", "--home", home, "--json").json["versions"]) == 1


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


def test_a_feed_brings_its_pages_and_a_new_entry_makes_a_new_version_with_old_numbers_kept(run, home, web):
    web.pages["/feed"] = doubles.feed(web.base, ("Silence and sums", "/a"))
    run("new", "silence", "--title", "S", "--feed", f"{web.base}/feed", "--home", home)
    ran(run, home)
    first = shown(run, home)
    assert first["items"]["feeds"] == 1
    assert first["sources"][0]["venue"] == "A feed"
    assert first["sources"][0]["date"] == "2026-03-02"
    more = "A councillor put the cost at 6.1 million crowns, once the cover teachers had been counted in it."
    web.pages["/b"] = doubles.page("The cost", more, "The board's own figure is 4.2 million crowns for two years.")
    web.pages["/feed"] = doubles.feed(web.base, ("The cost", "/b"), ("Silence and sums", "/a"))
    assert ran(run, home).json["version"] == 2
    second = shown(run, home)
    assert (second["previous"], second["items"]["total"]) == (1, 2)
    assert second["sources"][0] == first["sources"][0]
    assert run("show", "silence", "--version", 1, "--format", "json", "--home", home).json == first


def test_one_bad_source_never_stops_a_thread(run, home, web):
    web.pages["/pdf"] = doubles.HttpAnswer(200, b"%PDF-1.7", {"Content-Type": "application/pdf"})
    web.pages["/empty"] = doubles.HttpAnswer(200, b"", {"Content-Type": "text/html"})
    web.pages["/bad-feed"] = doubles.HttpAnswer(200, b"{}", {"Content-Type": "application/json"})
    words = [f"{web.base}/{path}" for path in ("gone", "pdf", "empty", "a")]
    pages = [word for url in words for word in ("--page", url)]
    run("new", "silence", "--title", "S", *pages, "--feed", f"{web.base}/bad-feed", "--home", home)
    report = ran(run, home)
    assert report.code == 1
    assert report.json["outcome"] == "new version"
    assert sorted(t["reason"] for t in report.json["troubles"]) == ["empty", "http 404", "not a feed", "unreadable PDF"]
    coverage = {c["title"]: c["reason"] for c in shown(run, home)["coverage"]}
    assert coverage[f"{web.base}/pdf"] == "not read: unreadable PDF"
    assert coverage["Silence and sums"] == "cited as [1]"


def test_a_copy_is_folded_and_never_a_second_voice(run, home, web):
    web.pages["/copy"] = doubles.page("Silence and sums", "This first appeared elsewhere.", *SILENCE)
    run("new", "silence", "--title", "S", "--page", f"{web.base}/a", "--page", f"{web.base}/copy", "--home", home)
    ran(run, home)
    version = shown(run, home)
    assert len(version["sources"]) == 1
    assert len(version["sources"][0]["copies"]) == 1
    assert "copy of [1]" in {c["reason"] for c in version["coverage"]}


def test_a_paywalled_page_is_listed_and_never_cited(run, home, web, model):
    wall = '<script type="application/ld+json">{"@type": "Article", "isAccessibleForFree": false}</script>'
    web.pages["/wall"] = doubles.page("Behind the wall", "A teaser of some length. " * 10, head=wall)
    run("new", "silence", "--title", "S", "--page", f"{web.base}/a", "--page", f"{web.base}/wall", "--home", home)
    ran(run, home)
    version = shown(run, home)
    assert {c["title"]: c["reason"] for c in version["coverage"]}["Behind the wall"] == "title only"
    assert not any("teaser" in json.dumps(body) for body in model.asked)


def test_sentences_two_articles_of_one_host_share_are_never_shown_to_the_model(run, home, web, model):
    furniture = "Have you a story for us? Write to the newsroom."
    web.pages["/a"] = doubles.page("Silence and sums", *SILENCE, furniture)
    web.pages["/b"] = doubles.page("Cafés", "A long list of quiet places to sit in, " * 8 + "here.", furniture)
    run("new", "silence", "--title", "S", "--page", f"{web.base}/a", "--page", f"{web.base}/b", "--home", home)
    ran(run, home)
    assert model.asked
    assert not any("newsroom" in body["messages"][1]["content"] for body in model.asked)


def test_claims_on_sentences_that_do_not_exist_are_dropped_and_counted(run, home, thread, model):
    def invents(body):
        answer = doubles.honest(body)
        if "claims" in answer:
            answer["claims"] += [{**answer["claims"][0], "sentences": [99]}, {**answer["claims"][0], "sentences": []}]
        return answer

    model.answer = invents
    report = ran(run, home).json
    assert (report["new_claims"], report["claims_dropped"]) == (len(SILENCE), 2)


def test_unknown_claim_ids_are_dropped_and_an_uncited_sentence_is_struck(run, home, thread, model):
    def invents(body):
        answer = doubles.honest(body)
        if "narrative" in answer:
            first = answer["narrative"][0]["sentences"][0]
            answer["narrative"][0]["sentences"] += [
                {**first, "text": "It was retracted.", "cites": ["c99"]},
                {**first, "text": "Nobody knows why.", "cites": []},
                {**first, "text": 'The board said "we will change the timetable".'},
                {**first, "text": "See http://evil.example for more."},
            ]
        return answer

    model.answer = invents
    ran(run, home)
    version = shown(run, home)
    assert (version["made_by"]["unknown_ids"], version["made_by"]["struck"]) == (1, 4)
    text = json.dumps(version)
    assert not any(words in text for words in ("retracted", "knows why", "we will change", "evil.example"))


def test_a_quotation_cited_to_the_wrong_source_is_cited_again_to_the_one_that_says_it(run, home, thread, model):
    def misplaces(body):
        answer = doubles.honest(body)
        if "narrative" in answer:
            sentence = {"text": 'It was "a timetable because of one preprint".', "cites": ["c1"], "reading": False}
            answer["narrative"][0]["sentences"] = [sentence]
        return answer

    model.answer = misplaces
    ran(run, home)
    version = shown(run, home)
    cited = version["narrative"][0]["sentences"][0]["claims"]
    assert [version["claims"][c]["evidence"][0]["text"] for c in cited] == list(SILENCE[:2])
    assert version["made_by"]["repaired"] == 1


@pytest.mark.parametrize(
    "bad",
    ["no JSON at all", '{"summary": "x"}', '{"title": 1}', "", '{"summary": "cut', "[]", "null", '{"claims": NaN}'],
)
def test_an_answer_that_does_not_fit_is_asked_for_once_more_with_the_error_named(run, home, thread, model, bad):
    def once(body):
        return bad if len(body["messages"]) == 2 else doubles.honest(body)

    model.answer = once
    report = ran(run, home)
    assert (report.code, report.json["outcome"], report.json["model_calls"]) == (0, "new version", 6)
    assert model.asked[1]["messages"][3]["content"].startswith("That answer ")


def test_a_model_that_never_answers_well_fails_its_article_and_a_later_run_asks_again(run, home, thread, model):
    model.answer = lambda _: "no"
    failed = ran(run, home)
    assert (failed.code, failed.json["model_calls"]) == (1, 2)
    assert "run again" in failed.json["troubles"][0]["message"]
    model.answer = doubles.honest
    assert ran(run, home).json["outcome"] == "new version"


def test_nothing_paid_for_is_paid_for_again_when_the_run_broke_off(run, home, web, model):
    web.pages["/b"] = doubles.page("The cost", "A councillor put the cost at 6.1 million crowns in all. " * 5)
    run("new", "silence", "--title", "S", "--page", f"{web.base}/a", "--page", f"{web.base}/b", "--home", home)
    key = doubles.HttpAnswer(401, b'{"error": {"message": "bad key"}}', {"Content-Type": "application/json"})

    def breaks(body):
        return doubles.honest(body) if doubles.form_name(body) == "extract" else key

    model.answer = breaks
    broken = ran(run, home)
    assert (broken.code, broken.json["outcome"], broken.json["model_calls"]) == (1, "failed", 1)
    model.answer = doubles.honest
    done = ran(run, home)
    assert (done.json["model_calls"], done.json["version"]) == (2, 1)
    assert shown(run, home)["made_by"]["calls"] == 3


def test_killed_in_the_middle_it_goes_on_where_it_was(run, home, thread, model):
    """SIGKILL while the page is being asked for: the extraction is not asked for again."""
    import signal

    def kills(body):
        if doubles.form_name(body) == "page":
            process.send_signal(signal.SIGKILL)
        return doubles.honest(body)

    model.answer = kills
    words = [sys.executable, "run.py", "thread", "silence", "--home", str(home)]
    process = subprocess.Popen(words, cwd=Path(__file__).parent.parent, stderr=subprocess.DEVNULL)
    assert process.wait(timeout=60) == -signal.SIGKILL
    model.answer = doubles.honest
    asked = len(model.asked)
    assert ran(run, home).json["version"] == 1
    assert [doubles.form_name(b) for b in model.asked[asked:]] == ["page", "support"]


def test_from_a_stage_on(run, home, thread, web, model):
    ran(run, home)
    fetched, asked = len(web.asked), len(model.asked)
    for stage in ("read", "extract", "synthesize", "verify", "publish"):
        report = ran(run, home, "--from", stage)
        assert (report.code, report.json["outcome"], report.json["model_calls"]) == (0, "nothing new", 0), stage
    assert (len(web.asked), len(model.asked)) == (fetched, asked)
    (home / "machine.toml").write_text((home / "machine.toml").read_text().replace('"double"', '"another"'))
    assert ran(run, home, "--from", "extract").json["model_calls"] == 3
    assert ran(run, home, "--from", "synthesize").json["outcome"] == "nothing new"


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
    replayed = run("thread", "other", "--replay", kept, "--home", elsewhere, "--json").json
    assert replayed == recorded
    assert (len(web.asked), len(model.asked)) == asked
    for file in sorted((home / "site").rglob("*")):
        if file.is_file() and "about" not in file.parts:  # that tells of each home's own settings
            assert (elsewhere / "site" / file.relative_to(home / "site")).read_bytes() == file.read_bytes(), file


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


def test_two_runs_of_one_thread_never_overlap(run, home, thread, model):
    """A second run started while the first waits for the model says who holds the thread, and exits 3."""
    second = []

    def during(body):
        if not second:
            words = [sys.executable, "run.py", "thread", "silence", "--home", str(home)]
            second.append(subprocess.run(words, cwd=Path(__file__).parent.parent, capture_output=True, text=True))
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
    assert seen == [(number, threading.current_thread()) for number in (3, 1, 2)]


def test_what_one_worker_had_not_begun_when_another_failed_is_not_begun():
    seen = []
    with pytest.raises(ZeroDivisionError):
        list(parallel(1, lambda number: seen.append(number) or 1 // number, [1, 0, 2]))
    assert seen == [1, 0]
