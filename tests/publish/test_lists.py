"""The pages that list others: the front page and those behind it, and topics by weight."""

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.publish import site as site_module
from pipeline.publish.library import Library, ThreadListing
from pipeline.publish.site import SiteWords, layers
from pipeline.publish.write import SitePlan, write
from pipeline.records.days import Day
from pipeline.records.pages import Version
from pipeline.records.threads import Thread
from tests.publish.test_records import ABOUT, ENDED, THREAD, VIEW, Tree, full, say

SLUGS = tuple(f"t{n}" for n in range(5))
TOPICS = {f"i{n}": ("rare-thing",) * (n < 2) + ("common",) for n in range(4)}


def of(slug: str) -> Version:
    """A version of the thread: those with higher numbers are newer."""
    version = full(whats_new=(say("It came last.", ENDED),))
    head = version.thread.model_copy(update={"slug": slug, "title": f"Thesis {slug}"})
    made_at = version.made_at + timedelta(days=int(slug[1:]))
    return version.model_copy(update={"thread": head, "made_at": made_at})


def library(*slugs: str) -> Library:
    threads: list[Thread] = [THREAD.model_copy(update={"slug": slug, "title": f"Why {slug}?"}) for slug in slugs]
    return Library(
        threads=tuple(ThreadListing(thread, 1) for thread in threads),
        days=(Day(date="2026-03-02", lead=(say("The day in a sentence."),)),),
        items=dict.fromkeys(TOPICS, "1"),
        topics=TOPICS,
        version=lambda slug, _: of(slug),
        item=lambda item: VIEW._replace(item=VIEW.item.model_copy(update={"id": item})),
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("lists") / "site"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site_module, "_THREADS_A_PAGE", 2)
        write(lambda _: SitePlan(layers(library(*SLUGS), SiteWords("Pages", "", ABOUT))), folder)
    return folder


def test_the_front_page_tells_the_latest_day_the_newest_threads_and_the_weightiest_topics(site):
    front = Tree(site / "index.html")
    assert front.texts("section.latest") == ["What changed on 2 March 2026The day in a sentence."]
    assert front.texts(".threads h2") == ["Thesis t4", "Thesis t3"]
    assert front.texts(".threads .asks") == ["Why t4?", "Why t3?"]
    assert front.texts(".threads .latest")[0].endswith("It came last.")
    assert front.texts(".columns li") == ["common 4 items", "rare thing 2 items"]
    assert front.root.cssselect("a.follow")[0].get("href") == "feed.xml"


def test_every_thread_is_on_one_page_of_the_list_and_the_pages_lead_to_one_another(site):
    listed, place, place_before = [], site / "index.html", None
    while place:
        page = Tree(place)
        listed += page.texts(".threads h2")
        before = page.root.cssselect("nav.pages [rel=prev]")
        assert [(place.parent / link.get("href")).resolve() for link in before] == [place_before][: len(before)]
        after = page.root.cssselect("nav.pages [rel=next]")
        place_before, place = place.resolve(), (place.parent / after[0].get("href")).resolve() if after else None
    assert listed == [f"Thesis {slug}" for slug in SLUGS[::-1]]
    assert Tree(site / "page/3/index.html").texts(".latest") == ["What's new in version 1 It came last."]


def test_topics_are_listed_by_weight_with_spaces_for_hyphens(site):
    assert Tree(site / "topics/index.html").texts(".columns li") == ["common 4 items", "rare thing 2 items"]


def test_the_hyphen_of_a_topic_stays_before_a_number(tmp_path):
    written = library()._replace(topics=dict.fromkeys(("i0", "i1"), ("covid-19", "long-covid")))
    write(lambda _: SitePlan(layers(written, SiteWords("Pages", "", ABOUT))), tmp_path / "site")
    listed = Tree(tmp_path / "site/topics/index.html").texts(".columns li")
    assert listed == ["covid-19 2 items", "long covid 2 items"]


def test_one_thread_or_none_makes_a_whole_front_page(tmp_path):
    for slugs in ((), ("t0",)):
        folder = tmp_path / str(len(slugs))
        plan = SitePlan(layers(library(*slugs), SiteWords("Pages", "", ABOUT)))
        write(lambda _, plan=plan: plan, folder)
        page = Tree(folder / "index.html")
        assert len(page.texts(".threads li")) == len(slugs)
        assert page.texts("nav.pages") == []
        assert not (folder / "page").exists()
