"""The page of a day: word for word from its versions, and what joins them checked like a page."""

import re
from datetime import timedelta

import pytest
from lxml import html as lxml_html

from pipeline import testing
from tests.runs.test_batches import article, batch, begin, feed_of, first_of

pytestmark = pytest.mark.both_databases(every=3)


def page_of(machine, place="today"):
    machine.publish()
    return lxml_html.document_fromstring((machine.site_folder / place / "index.html").read_bytes())


def words(tree, path):
    """The text at `path`, without its numbers."""
    for mark in tree.cssselect('a[href^="#c"], abbr'):
        mark.drop_tree()
    return [" ".join(found.text_content().replace("\u2060", "").split()) for found in tree.cssselect(path)]


def told(lead="", rests_on=("s1",), why=(), order=(), disagreements=()):
    return {
        "lead": {"text": lead, "sentences": list(rests_on)},
        "order": list(order),
        "why": [{"development": d, "text": text, "sentences": list(said)} for d, text, said in why],
        "disagreements": [dict(zip(("one", "other", "about"), each, strict=True)) for each in disagreements],
    }


def test_developments_are_the_sentences_of_their_versions_with_their_citations(machine, pages):
    begin(machine, pages, "alpha", "beta")
    batch(machine)
    tree = page_of(machine)
    assert len(tree.cssselect(".development")) == 2
    for section in tree.cssselect(".development"):
        link = section.cssselect("h2 a")[0].get("href")
        slug = re.search(r"threads/(\w+)/v1/", link)[1]
        version = machine.queries.version(slug)
        said = " ".join(said.text for said in version.narrative[0].sentences)
        assert words(section, "p:nth-of-type(2)") == [said]
    quotes = page_of(machine).cssselect(".sources blockquote p")
    assert {" ".join(quote.text_content().split()) for quote in quotes} == {
        f"The {name} office counted {n} things of the plan." for name in ("alpha", "beta") for n in range(3)
    }


def test_the_order_is_the_models_and_what_it_leaves_out_comes_last(machine, pages, script):
    begin(machine, pages, "alpha", "beta", "gamma")
    script.answers["day"] = told("The gamma office counted 0 things of the plan.", ["s7"], order=["d3", "d99"])
    batch(machine)
    links = [a.get("href") for a in page_of(machine).cssselect(".development h2 a")]
    assert [re.search(r"threads/(\w+)/", link)[1] for link in links] == ["gamma", "alpha", "beta"]
    assert words(page_of(machine), "p.lead") == ["The gamma office counted 0 things of the plan."]


@pytest.mark.parametrize(
    "lead",
    [
        "The alpha office counted 4,711 things.",
        "The alpha office says “nothing is lost” of the plan.",
        "",
    ],
)
def test_a_lead_that_its_sentences_do_not_bear_out_is_struck(machine, pages, script, lead):
    begin(machine, pages, "alpha")
    script.answers["day"] = told(lead)
    assert batch(machine).exit_code == 0
    assert page_of(machine).cssselect("p.lead") == []
    assert len(page_of(machine).cssselect(".development")) == 1


def test_a_lead_that_names_no_sentence_is_none(machine, pages, script):
    begin(machine, pages, "alpha")
    script.answers["day"] = told("The alpha office counted 0 things of the plan.", ["s99"])
    assert batch(machine).exit_code == 0
    assert page_of(machine).cssselect("p.lead") == []


def test_why_it_matters_is_marked_as_the_machines_reading_and_judged(machine, pages, script):
    begin(machine, pages, "alpha")
    why = [
        ("d1", "The count changes the plan.", ["s1"]),
        ("d1", "A second reason.", ["s1"]),
        ("d7", "No such.", ["s1"]),
    ]
    script.answers["day"] = told("The alpha office counted 0 things of the plan.", why=why)
    batch(machine)
    found = page_of(machine).cssselect(".why i.reading")
    assert [said.text for said in found] == ["The count changes the plan.\u00a0◇"]
    assert "The count changes the plan." in script.material("support")


def test_a_day_that_got_no_answer_is_shown_without_and_asked_for_again(machine, pages, script):
    begin(machine, pages, "alpha")
    script.answers["day"] = "{}"
    assert batch(machine).exit_code == 1
    assert len(page_of(machine).cssselect(".development")) == 1
    script.answers |= testing.honest()
    since = len(script.asked)
    assert batch(machine).exit_code == 0
    assert script.prompts[since:] == ["day", "support"]
    assert len(page_of(machine).cssselect("p.lead")) == 1
    since = len(script.asked)
    assert batch(machine).exit_code == 0
    assert len(script.asked) == since


def test_a_later_version_of_the_day_is_told_on_the_same_page(machine, pages, clock):
    begin(machine, pages, "alpha")
    batch(machine)
    pages.pages["http://alpha.example/2"] = article("second alpha")
    pages.pages[feed_of("alpha")] = testing.feed(("Second", "http://alpha.example/2"), ("First", first_of("alpha")))
    batch(machine, clock)
    versions = [a.get("href").split("/")[-2] for a in page_of(machine).cssselect(".development h2 a")]
    assert sorted(versions) == ["v1", "v2"]
    assert page_of(machine, f"today/{clock():%Y-%m-%d}").cssselect(".development")


@pytest.mark.both_databases
def test_a_version_made_by_hand_is_on_the_page_of_its_day_at_once_and_told_by_the_next_batch(machine, pages, script):
    begin(machine, pages, "alpha")
    batch(machine)  # a batch has written the day's page before
    begin(machine, pages, "beta")
    asked = len(script.asked)
    machine.run("beta")
    assert "day" not in script.prompts[asked:]
    assert len(page_of(machine).cssselect(".development")) == 2
    batch(machine)
    assert len(page_of(machine).cssselect("p.lead")) == 1


def test_threads_on_one_subject_are_compared_and_told_where_they_do_not_agree(machine, pages, script, clock):
    begin(machine, pages, "alpha")
    batch(machine)
    clock.forward(timedelta(days=2))
    begin(machine, pages, "beta")  # the double gives every article the same topics

    def day(request):
        other = re.search(r"\[(s\d+)\] (.*)", testing.material(request).partition("# Other discussions")[2])
        return told(
            "The beta office counted 0 things of the plan.", disagreements=[("s1", other[1], "how many things")]
        )

    script.answers["day"] = day
    assert batch(machine).exit_code == 0
    section = page_of(machine).xpath("//section[h2='Two pages that do not agree']")
    assert len(section) == 1
    assert [dt.text_content() for dt in section[0].cssselect("dt")] == ["A discussion of silence"] * 2
    assert "how many things" in section[0].text_content()


def test_two_voices_of_one_thread_are_no_disagreement_of_pages(machine, pages, script):
    begin(machine, pages, "alpha")
    script.answers["day"] = told("The alpha office counted 0 things of the plan.", disagreements=[("s1", "s2", "x")])
    batch(machine)
    assert "do not agree" not in page_of(machine).text_content()
