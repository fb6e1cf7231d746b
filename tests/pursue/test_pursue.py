"""What a thread lacks is looked for: a version calls for searches, the next run asks them, what they bring is judged before
it is fetched; works that articles lead to are read themselves."""

import json

import pytest

from pipeline import testing
from pipeline.errors import ModelUnavailable
from pipeline.fetch.articles import linked_papers
from pipeline.pursue import question as pursue
from pipeline.records.items import Item
from tests.conftest import ARTICLE, SILENCE, follow, run_again, version_of
from tests.doubles import NOW
from tests.fetch.test_search import SEARXNG, hits_for, results


def calling_for(*searches):
    return {"searches": [{"words": words, "why": "it is missing"} for words in searches]}


@pytest.fixture
def seeking(begin_machine):
    """A thread on one article, whose versions may call for two searches."""
    machine = begin_machine(search={**SEARXNG, "pursue": 2})
    follow(machine, ARTICLE)
    return machine


def pursued(machine):
    return [source.address for source, _ in machine.queries.sources("silence") if source.kind == "pursued"]


def test_a_version_calls_for_searches_and_the_next_run_asks_them(seeking, pages, script):
    script.answers["pursue"] = calling_for("Ada Quist board statement", "a second", "a third")
    other = "http://b.example/b"
    pages.pages[other] = testing.article(
        "The board speaks", "Ada Quist of the board says that it will wait for the second trial. " * 3
    )
    pages.pages[hits_for("Ada Quist board statement")] = results(other, ARTICLE)
    pages.pages[hits_for("a second")] = results()
    assert run_again(seeking).version == 1
    assert pursued(seeking) == ["Ada Quist board statement", "a second"]
    script.answers["pursue"] = calling_for("something else")
    report = run_again(seeking)
    assert (report.version, report.problems) == (2, ())
    assert version_of(seeking)["items"]["search"] == 1
    assert pursued(seeking) == ["something else"]


def test_what_is_asked_names_what_is_missing_and_nothing_without_a_version(seeking, script):
    run_again(seeking)
    assert script.prompts.count("pursue") == 1
    assert "No source here has measured it." in script.material("pursue")
    assert "The pupils" in script.material("pursue")
    run_again(seeking)
    assert script.prompts.count("pursue") == 1, "no news, no question"


def test_without_a_provider_or_the_setting_nothing_is_asked(machine, script):
    follow(machine, ARTICLE)
    assert run_again(machine).version == 1
    assert "pursue" not in script.prompts


@pytest.mark.parametrize("answer", ["no", ModelUnavailable("the endpoint does not take this key")])
def test_a_search_that_could_not_be_made_up_costs_no_version(seeking, script, answer):
    script.answers["pursue"] = answer
    report = run_again(seeking)
    assert (report.exit_code, report.version, report.outcome) == (1, 1, "new version")
    assert report.problems[0].what == "the search for what is missing"


def test_a_plan_counts_the_question_that_a_new_version_asks(seeking):
    assert {question.kind: question.calls for question in seeking.plan("silence").questions}["pursue"] == 1


def test_results_are_judged_by_title_and_extract_before_they_are_fetched(begin_machine, pages, script):
    machine = begin_machine(search=SEARXNG)
    titles = {ARTICLE: "Silence and sums"} | {
        f"http://x.example/{what}": f"Ten {what}" for what in ("cafes", "chess", "trains")
    }
    hits = [{"url": address, "title": title, "content": "A few words."} for address, title in titles.items()]
    pages.pages[hits_for("quiet")] = testing.Served(json.dumps({"results": hits}).encode())
    follow(machine, searches=["quiet"])

    def judge(request):
        lines = [line for line in testing.material(request).splitlines() if line[:1].isdigit() and "Ten " in line]
        return {"set_aside": [{"item": int(line.partition(".")[0]), "why": "off topic"} for line in lines]}

    script.answers["triage"] = judge
    report = run_again(machine)
    assert (report.version, report.set_aside, report.found) == (1, 3, 1)
    assert {c["reason"] for c in version_of(machine)["coverage"] if not c["used"]} == {"set aside: off topic"}
    run_again(machine)
    assert [address for address in pages.asked if address.startswith("http://x.example/")] == [], (
        "nor is it fetched later"
    )


def test_a_paper_that_an_article_leads_to_is_read_itself(machine, pages):
    paper = "http://b.example/trial.pdf"
    pages.pages[ARTICLE] = testing.article("Silence and sums", *SILENCE, f'It is <a href="{paper}">here</a>.')
    pages.pages[paper] = testing.article(
        "The trial", "The trial followed six thousand pupils in sixty-one schools. " * 4
    )
    follow(machine, ARTICLE)
    run_again(machine)
    assert run_again(machine).version == 2
    assert version_of(machine)["items"]["links"] == 1


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


@pytest.mark.parametrize(
    "words",
    [
        "イネス・コーヴァルド 小麦",
        "دِراسة صوامع القمح",
        "पुराने बाँध को हटाना",
        "ฝายเก่า ริมน้ำ",
        "Café Müller’s Straße",
        "نیم‌فاصله",
    ],
)
def test_a_search_keeps_the_words_of_every_script_whole(words):
    answer = pursue.PursueAnswer.model_validate({"searches": [{"words": f'"{words}"?', "why": ""}]})
    assert pursue.searches(answer, 1) == (words.replace("・", " "),)
