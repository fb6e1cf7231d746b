"""What nobody foresaw costs one item, one source or one thread, and is said in a line."""

import json

import pytest

from pipeline.errors import Unreadable, program_error
from pipeline.read.reader import ReadingPool
from tests import doubles
from tests.conftest import SILENCE, write_settings


def response(web, path, **more):
    from datetime import UTC, datetime

    from pipeline.records.items import Response

    page = web.pages[path]
    fields = {"media_type": "text/html", "fetched_at": datetime(2026, 3, 2, tzinfo=UTC), **more}
    return Response(url=web.base + path, final_url=web.base + path, body=page.body, **fields)


def test_a_page_is_read_apart_and_comes_back_as_it_was(web):
    web.pages["/a"] = doubles.page("Silence and sums", *SILENCE)
    pool = ReadingPool(1)
    try:
        page, sentences = pool.read(response(web, "/a"), "2026-03-25")
        again, _ = pool.read(response(web, "/a"), "2026-03-25")
    finally:
        pool.close()
    assert page == again
    assert page.text[sentences[0].start : sentences[0].end] == SILENCE[0]


def test_a_page_that_takes_too_long_costs_itself_and_the_next_is_read(web):
    web.pages["/a"] = doubles.page("Silence and sums", *SILENCE)
    pool = ReadingPool(1, seconds=0.001)
    try:
        with pytest.raises(Unreadable, match="took more than") as failed:
            pool.read(response(web, "/a"), "2026-03-25")
        assert failed.value.reason == "too slow to read"
        pool._seconds = 30
        assert pool.read(response(web, "/a"), "2026-03-25")[0].title == "Silence and sums"
    finally:
        pool.close()


def test_a_fault_is_told_in_one_line_with_its_place():
    try:
        json.loads("{")
    except ValueError as error:
        said = program_error("https://x.example/a", error)
    assert said.reason == "program error"
    assert str(said).startswith("https://x.example/a met a fault of this program (JSONDecodeError: ")
    assert "decoder.py:" in str(said)


def test_a_threads_fault_is_its_line_in_a_batch(run, home, web, monkeypatch):
    from pipeline.synthesize import stage

    def decide(holdings, previous, *, again):
        if any("bad" in item.url for item in holdings.items):
            raise RuntimeError("nobody foresaw this")
        return original(holdings, previous, again=again)

    original = stage.decide
    monkeypatch.setattr(stage, "decide", decide)
    for slug in ("good", "bad", "fine"):
        web.pages[f"/{slug}"] = doubles.page(
            f"About {slug}", *SILENCE, f"And {slug} it is, all the way down the street."
        )
        assert run("new", slug, "--title", slug, "--page", f"{web.base}/{slug}", "--home", home).code == 0
    ended = run("batch", "--home", home, "--json")
    assert ended.code == 1
    lines = {line["thread"]: line for line in ended.json["threads"]}
    assert {slug: line["outcome"] for slug, line in lines.items()} == {
        "good": "new version",
        "bad": None,
        "fine": "new version",
    }
    assert "a fault of this program (RuntimeError: nobody foresaw this at test_faults.py:" in lines["bad"]["trouble"]
    assert "Traceback" not in ended.err
    alone = run("thread", "bad", "--home", home)
    assert alone.code == 1
    assert "error: a fault of this program (RuntimeError: nobody foresaw this" in alone.err
    assert "Traceback" not in alone.err


POISON = {
    "gone": doubles.HttpAnswer(404, b"gone"),
    "pdf": doubles.HttpAnswer(200, b"%PDF-1.7\nno more", {"Content-Type": "application/pdf"}),
    "empty": doubles.HttpAnswer(200, b"", {"Content-Type": "text/html"}),
    "picture": doubles.HttpAnswer(200, b"\x89PNG", {"Content-Type": "image/png"}),
    "tags": doubles.HttpAnswer(200, b"<a " + b"x=1 " * 70_000 + b">", {"Content-Type": "text/html"}),
}


def test_a_batch_over_twenty_threads_of_which_five_are_poisoned(run, tmp_path, web, model):
    home = tmp_path / "home"
    home.mkdir()
    write_settings(home, web, model)
    for number in range(15):
        web.pages[f"/{number}"] = doubles.page(
            f"Number {number}", f"{number} bells rang in the tower of Sarnholt.", *SILENCE
        )
    links = '<a href="http://[">a</a><a href="//[::1">b</a>'
    web.pages["/3"] = doubles.page(
        "Number 3",
        "3 bells rang in the tower of Sarnholt.",
        *SILENCE,
        links,
        head='<script type="application/ld+json">{"a": "\\ud800"</script>',
    )
    web.pages |= {f"/{name}": answer for name, answer in POISON.items()}
    for name in [*range(15), *POISON]:
        assert run("new", f"t-{name}", "--title", "T", "--page", f"{web.base}/{name}", "--home", home).code == 0
    ended = run("batch", "--home", home, "--json")
    assert ended.code == 1
    done = {line["thread"] for line in ended.json["threads"] if line["outcome"] == "new version"}
    named = {line["thread"] for line in ended.json["threads"] if line["troubles"] or line["trouble"]}
    assert done == {f"t-{number}" for number in range(15)}
    assert named == {f"t-{name}" for name in POISON}
    assert "Traceback" not in ended.err


def test_a_dropped_item_leaves_the_page_and_comes_back(run, home, thread, web):
    web.pages["/b"] = doubles.page(
        "Bells and sums",
        "Twelve bells were rung in Sarnholt for an hour, the parish said.",
        "The ringers had asked for it in spring, and the council let them, though two neighbours had written against it in the local paper.",
    )
    run("sources", thread, "--page", f"{web.base}/b", "--home", home)
    assert run("thread", thread, "--home", home).code == 0
    first = run("show", thread, "--home", home, "--json").json
    bells = next(each["item"] for each in first["sources"] if "Bells" in each["title"])
    assert run("item", bells, "--drop", "--home", home).code == 0
    assert run("thread", thread, "--home", home, "--json").json["outcome"] == "new version"
    second = run("show", thread, "--home", home, "--json").json
    assert bells not in {claim["item"] for claim in second["claims"].values()}
    assert {each["item"]: each["reason"] for each in second["coverage"]}[bells] == "set aside: dropped by the operator"
    asked = len(web.asked)
    assert run("thread", thread, "--home", home, "--json").json["outcome"] == "nothing new"
    assert "/b" not in web.asked[asked:]
    unknown = run("item", "nothing", "--drop", "--home", home)
    assert (unknown.code, "no thread has an item 'nothing'" in unknown.err) == (2, True)
