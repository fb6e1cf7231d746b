"""Small cases about two looks at one source, two articles of one outlet, what a model's endpoint answers and how a
settings file was saved, where their folder is on the machine: what its tables say is right."""

import json
from contextlib import closing
from datetime import timedelta

import pytest
from pydantic import BaseModel, ConfigDict

from pipeline import testing
from pipeline.errors import ModelUnavailable
from tests import doubles
from tests.conftest import follow, run_again, version_of
from tests.corpora.cases import case, where_they_are, written_out
from tests.model.test_door import ASKED, GOOD, Asked, http, plays

pytestmark = where_they_are
PAGE, FEED = "http://127.0.0.1:80/a", "http://127.0.0.1:80/feed"


def test_an_article_that_leads_to_the_front_page_stands_as_it_was_read(run, home, thread, web):
    assert "fourteen <article>" in case("pages/p03-front-page-in-place-of-article.txt")
    assert run("thread", thread, "--home", home).code == 0
    [item] = run("items", thread, "--home", home, "--json").json["items"]
    read = run("item", item["id"], "--text", "--home", home).out
    listed = (
        f"<article><h2><a href=/{n}>Headline {n}</a></h2><p>A ferry sank. It was raised.</p></article>"
        for n in range(14)
    )
    web.pages["/"] = doubles.HttpAnswer(
        200, f"<html><body>{''.join(listed)}</body></html>".encode(), {"Content-Type": "text/html"}
    )
    web.pages["/a"] = doubles.HttpAnswer(301, b"", {"Location": "/"})
    again = run("thread", thread, "--home", home, "--json")
    assert again.json["outcome"] == "nothing new"
    [trouble] = again.json["troubles"]
    assert f"{web.base}/a" in trouble["message"]
    assert "front page" in trouble["message"]
    [item] = run("items", thread, "--home", home, "--json").json["items"]
    assert (item["state"], item["evidence"]) == ("read", "full text")
    assert run("item", item["id"], "--text", "--home", home).out == read


def sentences(about, count):
    heard = (
        "the gate",
        "the ladder",
        "the sluice",
        "the tower",
        "the bridge",
        "the lock",
        "the quay",
        "the mill",
        "the race",
        "the pond",
    )
    return [
        f"The {about} number {n} says that {what} was mended in {1900 + n * 7} by the parish."
        for n, what in zip(range(count), heard, strict=False)
    ]


def test_what_one_outlet_says_twice_is_told_once_and_not_never(machine, pages):
    assert "then S1..S5" in case("pages/p11-two-articles-of-one-outlet.txt")
    first, follow_up = sentences("engineer", 10), sentences("surveyor", 6)
    pages.pages["http://a.example/first"] = testing.article("First", *first)
    pages.pages["http://a.example/follow"] = testing.article("Follow", *follow_up, *first[:5])
    follow(machine, "http://a.example/first", "http://a.example/follow")
    run_again(machine)
    told = [each["text"] for paragraph in version_of(machine)["narrative"] for each in paragraph["sentences"]]
    assert sorted(told) == sorted([*first, *follow_up])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<title>A</title>", "<title>A, corrected</title>"),
        ("08:00:00", "09:00:00"),
        ("10 thousand", "12 thousand"),
        ("<guid>", "<updated>2026-03-02T09:00:00Z</updated><guid>"),
        (
            "<guid>",
            "<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>It will cost 12.</content:encoded><guid>",
        ),
        ("", ""),
    ],
    ids=["title", "pubDate", "description", "updated", "content", "nothing"],
)
def test_a_correction_is_seen_in_whatever_field_it_shows(machine, pages, clock, old, new):
    body = written_out("feeds/f11-rss-correction.xml", 80)
    pages.pages[PAGE] = testing.article("A", *sentences("mayor", 6))
    pages.pages[FEED] = testing.Served(body.encode(), "application/rss+xml", None)
    follow(machine, feeds=[FEED])
    run_again(machine)
    [item] = machine.items("silence")
    asked = len(pages.asked)
    assert old in body
    pages.pages[FEED] = testing.Served(body.replace(old, new).encode(), "application/rss+xml", None)
    clock.forward(timedelta(hours=6))
    run_again(machine)
    assert pages.asked[asked:] == ([FEED, item.url] if old else [FEED])


# What an endpoint answers.


class Article(BaseModel):
    """The form that the cases' answers have."""

    model_config = ConfigDict(extra="forbid")

    summary: str
    claims: list[str | dict]
    form: str = ""
    author: str | None = None
    topics: list[str] = []
    key_quotations: list[int] = []
    heard_only_through_others: list[str] = []
    works_described: list[str] = []


def article_of(model):
    """What a question of that form comes to."""
    asked = Asked(model)
    with closing(asked.endpoint):
        return asked.door.ask(ASKED, Article).value


def answered(name):
    """The HTTP answer that a case holds."""
    said = json.loads(case(f"model/{name}"))
    return http(said["status"], said["body"], **said.get("headers", {}))


def test_a_draft_while_thinking_is_no_answer(model):
    plays(model, case("model/m01-think-draft.txt"))
    answer = article_of(model)
    assert [claim["kind"] for claim in answer.claims] == ["fact"]
    assert answer.topics == ["weir"]


@pytest.mark.parametrize("name", ["m03-openrouter", "m06-groq", "m09-schema-500"])
def test_an_unexplained_refusal_of_a_way_of_asking_leads_to_the_next_way_once(model, name):
    plays(model, answered(f"{name}.json"), GOOD)
    asked = Asked(model)
    assert asked().colour == "blue"
    ways = [body.get("response_format", {}).get("type") for body in model.asked]
    assert len(ways) == 2
    assert ways[0] != ways[1]


@pytest.mark.parametrize(("name", "wait_s"), [("m04-gemini", 9.1), ("m05-reset-header", 14)])
def test_a_stated_wait_is_waited(model, name, wait_s):
    plays(model, answered(f"{name}.json"), GOOD)
    asked = Asked(model)
    assert asked().colour == "blue"
    assert len(asked.waits) == 1
    assert wait_s <= asked.waits[0] <= wait_s * 1.25


def test_only_a_quota_that_will_not_come_back_ends_the_run(model):
    gone = json.loads(case("model/m04-gemini.json"))["body"][0]["error"]["message"].partition(" Please retry")[0]
    plays(model, http(429, {"error": {"message": gone, "code": "insufficient_quota"}}), GOOD)
    Asked(model).fails(ModelUnavailable, "quota")


@pytest.mark.parametrize("twice", [False, True], ids=["as it stands", "encoded twice"])
def test_slips_in_json_are_read(model, twice):
    text = case("model/m11-bad-json.txt").replace(" … ", '"It leaks.",')
    plays(model, json.dumps(json.dumps({"summary": "several things.", "claims": ["It leaks."]})) if twice else text)
    answer = article_of(model)
    assert answer.summary.endswith("several things.")
    assert answer.claims == ["It leaks."]


def test_settings_saved_with_a_byte_order_mark_are_read(run, home):
    assert "byte order mark" in case("operate/o03-bom.toml.txt")
    settings = (home / "machine.toml").read_text()
    (home / "machine.toml").write_bytes(settings.replace("\n", "\r\n").encode("utf-8-sig"))
    ended = run("threads", "--home", home)
    assert (ended.code, ended.err) == (0, "")
