"""What a thread lacks is looked for: a version calls for searches, the next run asks them, what they bring is judged before
it is fetched; works that articles lead to are read themselves."""

import json

import pytest

from pipeline.fetch.articles import linked_papers
from pipeline.pursue import question as pursue
from pipeline.records.items import Item
from tests import doubles
from tests.conftest import SILENCE
from tests.test_reading import NOW
from tests.test_search import results, settings
from tests.test_thread import ran, shown


def pursuing(*searches, aside=()):
    """A model that calls for these searches, and sets aside items whose line holds one of the words in `aside`."""

    def answer(body):
        form, material = doubles.form_name(body), body["messages"][1]["content"]
        if form == "pursue":
            return {"searches": [{"words": words, "why": "it is missing"} for words in searches]}
        if form == "triage":
            lines = [line for line in material.splitlines() if line[:1].isdigit()]
            return {
                "set_aside": [
                    {"item": int(line.partition(".")[0]), "why": "off topic"}
                    for line in lines
                    if any(w in line for w in aside)
                ]
            }
        return doubles.honest(body)

    return answer


@pytest.fixture
def seeking(run, home, web):
    settings(home, web.base, "searxng", more="pursue = 2\n")
    run("new", "silence", "--title", "Silence", "--page", f"{web.base}/a", "--home", home)
    return home


def test_a_version_calls_for_searches_and_the_next_run_asks_them(run, seeking, web, model):
    model.answer = pursuing("Ada Quist board statement", "a second", "a third")
    web.pages["/b"] = doubles.page(
        "The board speaks", "Ada Quist of the board says that it will wait for the second trial. " * 3
    )
    web.pages["/search?q=Ada+Quist+board+statement&format=json"] = results(web, "/b", "/a")
    web.pages["/search?q=a+second&format=json"] = results(web)
    assert ran(run, seeking).json["version"] == 1
    found = run("sources", "silence", "--home", seeking, "--json").json["sources"]
    assert [(s["kind"], s["address"]) for s in found][1:] == [
        ("pursued", "Ada Quist board statement"),
        ("pursued", "a second"),
    ]
    model.answer = pursuing("something else")
    report = ran(run, seeking).json
    assert (report["version"], report["troubles"]) == (2, [])
    assert shown(run, seeking)["items"]["search"] == 1
    found = run("sources", "silence", "--home", seeking, "--json").json["sources"]
    assert [s["address"] for s in found if s["kind"] == "pursued"] == ["something else"]


def test_what_is_asked_names_what_is_missing_and_nothing_without_a_version(run, seeking, web, model):
    ran(run, seeking)
    asked = [b for b in model.asked if doubles.form_name(b) == "pursue"]
    assert len(asked) == 1
    assert "Nobody has measured it." in asked[0]["messages"][1]["content"]
    assert "The pupils" in asked[0]["messages"][1]["content"]
    ran(run, seeking)
    assert len([b for b in model.asked if doubles.form_name(b) == "pursue"]) == 1, "no news, no question"


def test_without_a_provider_or_the_setting_nothing_is_asked(run, home, thread, model):
    ran(run, home)
    assert "pursue" not in [doubles.form_name(b) for b in model.asked]


@pytest.mark.parametrize("answer", ["no", doubles.HttpAnswer(401, b'{"error": {"message": "bad key"}}', {})])
def test_a_search_that_could_not_be_made_up_costs_no_version(run, seeking, model, answer):
    model.answer = lambda body: answer if doubles.form_name(body) == "pursue" else doubles.honest(body)
    report = ran(run, seeking)
    assert (report.code, report.json["version"], report.json["outcome"]) == (1, 1, "new version")
    assert report.json["troubles"][0]["what"] == "the search for what is missing"
    assert (seeking / "site/threads/silence/v1/index.html").exists()


def test_a_plan_counts_the_question_that_a_new_version_asks(run, seeking):
    plan = run("thread", "silence", "--plan", "--home", seeking, "--json").json
    assert {q["kind"]: q["calls"] for q in plan["questions"]}["pursue"] == 1


def test_results_are_judged_by_title_and_extract_before_they_are_fetched(run, home, web, model):
    settings(home, web.base, "searxng")
    hits = [{"url": f"{web.base}/{name}", "title": title, "content": "A few words."} for name, title in
            (("a", "Silence and sums"), ("x1", "Ten cafes"), ("x2", "Ten chess clubs"), ("x3", "Ten trains"))]  # fmt: skip
    web.pages["/search?q=quiet&format=json"] = doubles.HttpAnswer(200, json.dumps({"results": hits}).encode(), {})
    run("new", "silence", "--title", "Silence", "--search", "quiet", "--home", home)
    model.answer = pursuing(aside=("Ten ",))
    report = ran(run, home).json
    assert (report["version"], report["set_aside"], report["found"]) == (1, 3, 1)
    assert [path for path in web.asked if "/x" in path] == []
    assert {c["reason"] for c in shown(run, home)["coverage"] if not c["used"]} == {"set aside: off topic"}
    web.asked.clear()
    ran(run, home)
    assert [path for path in web.asked if "/x" in path] == [], "what was set aside is not fetched later"


def test_a_paper_that_an_article_leads_to_is_read_itself(run, home, web):
    web.pages["/a"] = doubles.page(
        "Silence and sums",
        *SILENCE,
        f'It is <a href="http://localhost:{web.host.rpartition(":")[2]}/trial.pdf">here</a>.',
    )
    web.pages["/trial.pdf"] = doubles.page(
        "The trial", "The trial followed six thousand pupils in sixty-one schools. " * 4
    )
    text = (home / "machine.toml").read_text()
    (home / "machine.toml").write_text(
        text.replace("allow_hosts = [", f'allow_hosts = ["{web.host.replace("127.0.0.1", "localhost")}", ')
    )
    run("new", "silence", "--title", "Silence", "--page", f"{web.base}/a", "--home", home)
    ran(run, home)
    assert ran(run, home).json["version"] == 2
    assert shown(run, home)["items"]["links"] == 1


def item(name, *links):
    return Item(
        id=name, url=f"http://{name}.example/", via="feed", title=name, venue=name, links=links, first_seen_at=NOW
    )


def test_only_papers_are_led_to_and_those_most_led_to_first():
    items = [
        item(
            "a",
            "https://arxiv.org/abs/2603.0117",
            "http://b.example/post",
            "https://doi.org/10.1/x",
            "http://arxiv.org.evil.example/abs/1",
        ),
        item("b", "https://doi.org/10.1/x", "https://www.nber.org/papers/w1", "http://c.example/Report.PDF"),
    ]
    assert linked_papers(items, 9) == (
        "https://doi.org/10.1/x", "https://arxiv.org/abs/2603.0117", "https://www.nber.org/papers/w1", "http://c.example/Report.PDF",
    )  # fmt: skip
    assert len(linked_papers(items, 2)) == 2


def test_a_search_is_plain_words_whatever_the_answer_holds():
    words = [
        '"Ada Quist" site:evil.example',
        "http://evil.example/?k=1",
        "  ",
        "x" * 500,
        "Ada Quist site evil.example",
    ]
    answer = pursue.PursueAnswer.model_validate({"searches": [{"words": w, "why": ""} for w in words]})
    assert pursue.searches(answer, 9) == ("Ada Quist site evil.example", "http evil.example k 1", "x" * 100)
    assert len(pursue.searches(answer, 1)) == 1
