"""The demonstration: offline, without a key, the same to the byte, and honest about what it left out."""

import json
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.app import demo
from pipeline.publish import search_index as search
from pipeline.records.dates import order
from pipeline.records.runs import RunReport
from tests import ROOT

SOURCES = ROOT / "fixtures/demo/sources"
SLUG, OTHER = "quiet-ten", "wendlemere-gate"
BATCHES = sorted((ROOT / "fixtures/demo/recordings").iterdir())
RECORDINGS = [batch / slug for batch in BATCHES for slug in (SLUG, OTHER) if (batch / slug).exists()]


@pytest.fixture(scope="module")
def told(demonstrated) -> tuple[Path, str]:
    return demonstrated


@pytest.fixture(scope="module")
def played(told) -> Path:
    """The home of the demo that was played."""
    return told[0] / "demo"


def test_the_readme_holds_what_it_prints(told):
    assert f"```text\n{told[1].strip()}\n```" in (ROOT / "README.md").read_text()
    assert told[1].splitlines()[-1] == "site: demo/site/index.html"


@pytest.fixture(scope="module")
def version(played) -> dict:
    """The first version: what one batch of sources makes."""
    return json.loads((played / f"site/threads/{SLUG}/v1/index.json").read_text())


@pytest.fixture(scope="module")
def versions(played) -> list[dict]:
    found = sorted((played / f"site/threads/{SLUG}").glob("v*/index.json"))
    return [json.loads(file.read_text()) for file in found]


def test_a_pipeline_of_the_operators_own_breaks_nothing(told):
    """A file `pipeline.py` in the folder that the program is called from is not taken for the program."""
    assert (told[0] / "pipeline.py").exists()
    assert (told[0] / "demo/site/pagefind/pagefind.js").exists()


def test_it_leaves_a_site(played):
    site = played / "site"
    for place in (f"threads/{SLUG}", f"threads/{SLUG}/v1", f"threads/{OTHER}", f"threads/{OTHER}/v2"):
        assert {p.name for p in (site / place).iterdir()} >= {"index.html", "index.md", "index.json"}
    works = {"*.html", "t/*.json"}  # articles, and a forum's topic
    files = {(b, file) for b in BATCHES for kind in works for file in (SOURCES / b.name).rglob(kind)}
    seen = {file.relative_to(SOURCES / b.name) for b, file in files}
    assert len(list((site / "items").iterdir())) == len(seen)


@pytest.mark.parametrize("slug", [SLUG, OTHER])
def test_every_citation_resolves_and_every_quotation_is_exact(run, played, slug):
    proof = run("verify", slug, "--home", played, "--json")
    assert proof.code == 0
    assert proof.json["failures"] == []
    assert proof.json["citations"] == proof.json["resolved"] > 100
    assert proof.json["quotations"] == proof.json["exact"] > 50


@pytest.mark.parametrize("slug", [SLUG, OTHER])
def test_a_second_run_reports_nothing_new_and_asks_nothing(run, played, slug):
    again = run("thread", slug, "--home", played, "--json")
    assert (again.code, again.json["outcome"], again.json["model_calls"]) == (0, "nothing new", 0)


@pytest.fixture(scope="module")
def again(played, tmp_path_factory) -> tuple[Path, list[RunReport]]:
    """The demo played once more in its home, in this process, its search index left as it was: the home, and what was
    reported."""
    home = tmp_path_factory.mktemp("again") / "demo"
    shutil.copytree(played, home, symlinks=True)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(search, "index", lambda *_: True)
        return home, demo.play(home, lambda _: None)[1]


def test_it_is_the_same_to_the_byte_every_time(played, again):
    one, other = (
        {p.relative_to(s): p.read_bytes() for p in s.rglob("*") if p.is_file() and "pagefind" not in p.parts}
        for s in (played / "site", again[0] / "site")
    )
    assert one == other


def every_sentence(version):
    def walk(node):
        if isinstance(node, dict):
            if {"text", "claims", "reading"} <= node.keys():
                yield node
            for value in node.values():
                yield from walk(value)
        elif isinstance(node, list):
            for value in node:
                yield from walk(value)

    return list(walk({key: value for key, value in version.items() if key != "claims"}))


def test_every_sentence_is_cited_or_marked(versions):
    for version in versions:
        sentences = every_sentence(version)
        assert len(sentences) > 100
        assert all(s["reading"] or s["claims"] for s in sentences)
        assert all(claim in version["claims"] for s in sentences for claim in s["claims"])


def test_versions_keep_source_numbers_and_kept_sentences_to_the_byte(versions):
    for before, after in pairwise(versions):
        numbers = {source["item"]: source["number"] for source in after["sources"]}
        assert all(numbers[source["item"]] == source["number"] for source in before["sources"])
        stood = {s["id"]: s for s in every_sentence(before)}
        kept = [s for s in every_sentence(after) if s["id"] in stood]
        rewritten = [s for s in kept if s != stood[s["id"]]]
        assert len(kept) - len(rewritten) >= after["made_by"]["kept"] - after["made_by"]["repaired"]
        narrative = [s["id"] for p in before["narrative"] for s in p["sentences"]]
        still = {s["id"] for s in every_sentence(after)}
        assert sum(sentence in still for sentence in narrative) >= len(narrative) / 3  # what nine new sources leave
        assert after["whats_new"]
        assert all(s["claims"] for s in after["whats_new"])


@pytest.mark.parametrize("number", [1, 2])
def test_every_section_is_there_and_has_its_size(versions, number):
    if len(versions) < number:
        pytest.skip("that version is not recorded")
    version = versions[number - 1]
    assert 3 <= len(version["in_brief"]) <= 4
    assert 6 <= len(version["narrative"]) <= 8
    assert 35 <= sum(len(p["sentences"]) for p in version["narrative"]) <= 60
    assert len(version["timeline"]) >= 6
    assert 6 <= len(version["perspectives"]) <= 10
    assert 4 <= len([t for t in version["tensions"] if t["state"] != "answered"]) <= 9
    assert all(side["answer"] and side["voice"] for t in version["tensions"] for side in t["sides"])
    assert version["also_heard"]
    names = {name for voice in version["cast"] for name in (voice["name"], *voice["also"])}
    assert {voice["voice"] for voice in version["perspectives"]} <= names


def test_a_year_stays_a_year(version):
    dates = [event["date"] for event in version["timeline"]]
    assert dates == sorted(dates, key=order)
    assert "2022" in dates


def test_copies_noise_and_walls_are_counted_and_never_cited(version):
    venues = {source["venue"]: source for source in version["sources"]}
    assert "Common Room" not in venues
    assert (
        len(venues["Degrees of Doubt"]["copies"])
        + len([s for s in version["sources"] if s["venue"] == "Degrees of Doubt" and s["copies"]])
        >= 1
    )
    reasons = {c["title"]: c["reason"] for c in version["coverage"]}
    assert reasons["The quiet ten was never about maths"] == "title only"
    assert reasons["Ten quiet cafés for a slow Saturday"] == "set aside: off topic"
    assert any(c["venue"] == "Common Room" and c["reason"].startswith("copy of [") for c in version["coverage"])
    assert not any("chess" in source["title"] for source in version["sources"])


def test_the_page_that_gives_orders_to_models_is_not_obeyed(played, version):
    text = (played / f"site/threads/{SLUG}/index.html").read_text()
    assert "retracted" not in text
    assert "fraud" not in text
    for file in (played / "site").rglob("*"):
        assert not file.is_file() or b"edupulse.example/pro" not in file.read_bytes()


def test_a_source_keeps_how_far_it_says_it_has_got(versions):
    assert {s["status"] for s in versions[-1]["sources"]} >= {"", "Preprint, version 2", "registered"}


def test_furniture_is_evidence_for_nothing(version):
    words = json.dumps(version["claims"])
    assert "Write to the newsroom" not in words
    assert "since 1911" not in words


def test_the_recording_keeps_no_header_but_those_allowed_and_every_exchange_is_used(again):
    for folder, report in zip(RECORDINGS, again[1], strict=True):
        exchanges = json.loads((folder / "exchanges.json").read_text())["interactions"]
        for each in exchanges:
            assert each["request"]["headers"] == {}
            assert set(each["response"]["headers"]) <= {"content-type", "location", "etag", "last-modified"}
        asked = [e for e in exchanges if e["request"]["method"] == "POST"]
        assert report.model_calls == len(asked)
        robots = [e for e in exchanges if e["request"]["uri"].endswith("/robots.txt")]
        feeds = [e for e in exchanges if e["request"]["uri"].endswith("/feed.xml")]
        elsewhere = [
            e for e in exchanges if e["request"]["uri"].endswith("/t/4411.json")
        ]  # it only looks like Discourse
        assert len(exchanges) - len(asked) - len(robots) - len(feeds) - len(elsewhere) == report.fetched


def test_sources_say_that_they_are_invented():
    pages = [*SOURCES.rglob("*.html"), *SOURCES.rglob("*.json")]
    assert len(list((SOURCES / "1").rglob("*.html"))) == 23
    assert all("invented" in page.read_text() for page in pages)


def test_a_batch_of_copies_and_noise_makes_no_version(again, versions):
    assert [(report.outcome, report.version) for report in again[1] if report.thread == SLUG] == [
        ("new version", 1),
        ("new version", 2),
        ("nothing new", None),
        ("new version", 3),
    ]
    assert len(versions) == 3
    assert [report.version for report in again[1] if report.thread == OTHER] == [1, 2]


def test_every_day_of_the_demo_has_its_page(played):
    days = sorted(p.name for p in (played / "site/today").iterdir() if p.is_dir())
    assert days == ["2026-03-26", "2026-06-15", "2026-09-10", "2026-10-08"]
    told = {day: (played / f"site/today/{day}/index.html").read_text() for day in days}
    assert "Nothing new" in told["2026-09-10"]
    assert [told[day].count("class=lead") for day in days] == [1, 1, 0, 1]
    assert all("Why it matters" in told[day] for day in days if day != "2026-09-10")


def test_tensions_that_open_and_close_and_a_changed_position_are_told(played, versions):
    second = versions[1]
    local = json.loads((played / f"site/threads/{OTHER}/v2/index.json").read_text())
    assert any(t["state"] == "answered" and t["changed_in"] == 2 and t["resolution"] for t in second["tensions"])
    assert any(t["opened_in"] == 2 for t in local["tensions"])
    moved = [v for v in second["perspectives"] if v["evolution"]["word"] in ("shifted", "sharpened", "withdrawn")]
    assert any(v["voice"] == "Ilse Marchetti-Vold" for v in moved)
    assert all(v["evolution"]["since"] == 2 for v in moved)
    assert any(v["evolution"]["word"] == "unchanged" and v["evolution"]["since"] == 1 for v in second["perspectives"])


def test_a_forum_and_an_issue_are_read_post_by_post(played):
    local = json.loads((played / f"site/threads/{OTHER}/v2/index.json").read_text())
    held = {source["venue"]: source for source in local["sources"] if source["participation"]}
    assert {"CodeWharf", "theslipway.example"} <= set(held)
    for source in held.values():
        assert source["participation"]["people"] >= 5
        assert source["posts"]
        item = json.loads((played / f"site/items/{source['item']}/index.json").read_text())
        names = {post["id"]: post["author"] or post["handle"] for post in item["posts"]}
        cited = [claim for claim in local["claims"].values() if claim["item"] == source["item"]]
        assert len(cited) > 5
        assert all(claim["post"] in names for claim in cited)
        posters = set(names.values())
        assert all(claim["speaker"] == names[claim["post"]] or claim["speaker"] not in posters for claim in cited)
    forum = json.loads((played / f"site/items/{held['theslipway.example']['item']}/index.json").read_text())
    assert any(post["edited"] for post in forum["posts"])
    assert any(post["withdrawn"] for post in forum["posts"])
    assert any(quote["of"] for post in forum["posts"] for quote in post["quotes"])
    perspectives = {voice["voice"] for voice in local["perspectives"]}
    heard = perspectives | {name for each in local["also_heard"] for name in each["voice"].split("; ")}
    assert heard & {name for source in held.values() for name in (post["name"] for post in source["posts"])}
