"""The page of a day: word for word from its versions, and what joins them checked like a page."""

import re
import time

import pytest
from lxml import html as lxml_html

from tests import doubles
from tests.conftest import store_of
from tests.test_batch import article, begin, due_again

TODAY = time.strftime("%Y-%m-%d", time.gmtime())


def page_of(home, place="today"):
    return lxml_html.document_fromstring((home / f"site/{place}/index.html").read_bytes())


def words(tree, path):
    """The text at `path`, without its numbers."""
    for mark in tree.cssselect('a[href^="#c"], abbr'):
        mark.drop_tree()
    return [" ".join(found.text_content().replace("\u2060", "").split()) for found in tree.cssselect(path)]


def answering(day):
    """The honest double, but for the day."""

    def answer(body):
        if doubles.form_name(body) != "day":
            return doubles.honest(body)
        return day(body["messages"][1]["content"]) if callable(day) else day

    return answer


def told(lead="", rests_on=("s1",), why=(), order=(), disagreements=()):
    return {
        "lead": {"text": lead, "sentences": list(rests_on)},
        "order": list(order),
        "why": [{"development": d, "text": text, "sentences": list(said)} for d, text, said in why],
        "disagreements": [dict(zip(("one", "other", "about"), each, strict=True)) for each in disagreements],
    }


def test_developments_are_the_sentences_of_their_versions_with_their_citations(run, home, web):
    begin(run, home, web, "alpha", "beta")
    run("batch", "--home", home)
    tree = page_of(home)
    assert len(tree.cssselect(".development")) == 2
    for section in tree.cssselect(".development"):
        link = section.cssselect("h2 a")[0].get("href")
        slug = re.search(r"threads/(\w+)/v1/", link)[1]
        version = run("show", slug, "--format", "json", "--home", home).json
        said = " ".join(said["text"] for said in version["narrative"][0]["sentences"])
        assert words(section, "p:nth-of-type(2)") == [said]
    quotes = page_of(home).cssselect(".sources blockquote p")
    assert {" ".join(quote.text_content().split()) for quote in quotes} == {
        f"The {name} office counted {n} things of the plan." for name in ("alpha", "beta") for n in range(3)
    }


def test_the_order_is_the_models_and_what_it_leaves_out_comes_last(run, home, web, model):
    begin(run, home, web, "alpha", "beta", "gamma")
    model.answer = answering(told("The gamma office counted 0 things of the plan.", ["s7"], order=["d3", "d99"]))
    run("batch", "--home", home)
    links = [a.get("href") for a in page_of(home).cssselect(".development h2 a")]
    assert [re.search(r"threads/(\w+)/", link)[1] for link in links] == ["gamma", "alpha", "beta"]
    assert words(page_of(home), "p.lead") == ["The gamma office counted 0 things of the plan."]


@pytest.mark.parametrize(
    "lead",
    [
        "The alpha office counted 4,711 things.",
        "The alpha office says “nothing is lost” of the plan.",
        "",
    ],
)
def test_a_lead_that_its_sentences_do_not_bear_out_is_struck(run, home, web, model, lead):
    begin(run, home, web, "alpha")
    model.answer = answering(told(lead))
    assert run("batch", "--home", home).code == 0
    assert page_of(home).cssselect("p.lead") == []
    assert len(page_of(home).cssselect(".development")) == 1


def test_a_lead_that_names_no_sentence_is_none(run, home, web, model):
    begin(run, home, web, "alpha")
    model.answer = answering(told("The alpha office counted 0 things of the plan.", ["s99"]))
    assert run("batch", "--home", home).code == 0
    assert page_of(home).cssselect("p.lead") == []


def test_why_it_matters_is_marked_as_the_machines_reading_and_judged(run, home, web, model):
    begin(run, home, web, "alpha")
    why = [
        ("d1", "The count changes the plan.", ["s1"]),
        ("d1", "A second reason.", ["s1"]),
        ("d7", "No such.", ["s1"]),
    ]
    model.answer = answering(told("The alpha office counted 0 things of the plan.", why=why))
    run("batch", "--home", home)
    found = page_of(home).cssselect(".why i.reading")
    assert [said.text for said in found] == ["The count changes the plan.\u00a0◇"]
    judged = [b["messages"][1]["content"] for b in model.asked if doubles.form_name(b) == "support"][-1]
    assert "The count changes the plan." in judged


def test_a_day_that_got_no_answer_is_shown_without_and_asked_for_again(run, home, web, model):
    begin(run, home, web, "alpha")
    model.answer = answering("no")
    assert run("batch", "--home", home).code == 1
    assert len(page_of(home).cssselect(".development")) == 1
    model.answer = doubles.honest
    since = len(model.asked)
    assert run("batch", "--home", home).code == 0
    assert [doubles.form_name(body) for body in model.asked[since:]] == ["day", "support"]
    assert len(page_of(home).cssselect("p.lead")) == 1
    since = len(model.asked)
    assert run("batch", "--home", home).code == 0
    assert len(model.asked) == since


def test_a_later_version_of_the_day_is_told_on_the_same_page(run, home, web):
    begin(run, home, web, "alpha")
    run("batch", "--home", home)
    due_again(home)
    web.pages["/alpha2"] = article("second alpha")
    web.pages["/alpha.xml"] = doubles.feed(web.base, ("Second", "/alpha2"), ("First", "/alpha"))
    run("batch", "--home", home)
    versions = [a.get("href").split("/")[-2] for a in page_of(home).cssselect(".development h2 a")]
    assert sorted(versions) == ["v1", "v2"]
    assert page_of(home, f"today/{TODAY}").cssselect(".development")


def test_threads_on_one_subject_are_compared_and_told_where_they_do_not_agree(run, home, web, model):
    begin(run, home, web, "alpha")
    run("batch", "--home", home)
    due_again(home)
    begin(run, home, web, "beta")  # the double gives every article the same topics

    def day(material):
        if "# Other discussions" not in material:
            return doubles.day_answer(material)
        other = re.search(r"\[(s\d+)\] (.*)", material.partition("# Other discussions")[2])
        return told(
            "The beta office counted 0 things of the plan.", disagreements=[("s1", other[1], "how many things")]
        )

    model.answer = answering(day)
    made_earlier(home)
    run("batch", "--home", home)
    section = page_of(home).xpath("//section[h2='Two pages that do not agree']")
    assert len(section) == 1
    assert [dt.text_content() for dt in section[0].cssselect("dt")] == ["A discussion of silence"] * 2
    assert "how many things" in section[0].text_content()


def made_earlier(home):
    """Makes the first thread's version one of an earlier day, so that it only stands beside today's."""
    store = store_of(home)
    with store.writing() as connection:
        on = " ON versions" if store.shared else ""
        for deed in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER versions_no_{deed}{on}")
        connection.exec_driver_sql("UPDATE versions SET made_at='2026-01-01T00:00:00+00:00'")
        connection.exec_driver_sql("DELETE FROM days")
    store.close()


def test_two_voices_of_one_thread_are_no_disagreement_of_pages(run, home, web, model):
    begin(run, home, web, "alpha")
    model.answer = answering(told("The alpha office counted 0 things of the plan.", disagreements=[("s1", "s2", "x")]))
    run("batch", "--home", home)
    assert "do not agree" not in page_of(home).text_content()
