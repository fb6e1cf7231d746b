"""An article or a thread on several pages is one item with the words of all of them, in bounds, and says so where one of
them cannot be had."""

import pytest

from pipeline import testing
from pipeline.errors import FetchFailed, Unreadable
from pipeline.fetch.articles import get_work
from pipeline.fetch.next_pages import PAGES_TYPE
from pipeline.read.page_text import read_page
from pipeline.records.items import Response, Validators
from tests.conftest import follow, run_again
from tests.doubles import NOW

AT = "http://a.example/ferry"
WHO = ("mayor", "engineer", "bishop", "farmer", "miller", "smith", "baker", "clerk")
STANDFIRST = "What the town made of its ferry, told on several pages of the Quay News."
AFTER_FIRST = {
    "a number below": "/ferry/{}",
    "a parameter": "/ferry?page={}",
    "a number behind": "/ferry-{}",
    "a page's name": "/ferry/page/{}",
}


def told(number):
    """What page `number` says."""
    return [f"On page {number} the {who} spoke of boat {number * 9} and nobody in the hall answered." for who in WHO]


def named(address, last=False, number=1, *more):
    """A page of the article that names its next one, unless it is the last."""
    head = "" if last else f'<link rel="next" href="{address.format(number + 1)}">'
    return testing.article("The ferry", STANDFIRST, *told(number), *more, head=head)


def article(pages, form="/ferry/{}", count=4):
    pages.pages[AT] = named(form)
    for number in range(2, count + 1):
        pages.pages[f"http://a.example{form.format(number)}"] = named(form, number == count, number)


def read(pages, url=AT):
    return read_page(get_work(pages, url, Validators()), "2026-03-25")


@pytest.mark.parametrize("form", AFTER_FIRST.values(), ids=AFTER_FIRST.keys())
def test_all_pages_of_an_article_are_one_text(pages, form):
    article(pages, form)
    page = read(pages)
    assert page.text.split("\n") == [STANDFIRST, *(line for number in range(1, 5) for line in told(number))]
    assert (page.extent, page.title) == ("full text", "The ferry")


def test_a_sentence_over_the_turn_of_a_page_is_whole_and_a_row_stays_one():
    row = "<table><tr><td>1871</td><td>40 boats</td></tr><tr><td>1872</td><td>30 boats</td></tr></table>"
    first = named("/ferry/{}", False, 1, "The ferry was bought by the")
    second = testing.article("The ferry", "parish, which had no money.", row, *told(2))
    pages = testing.PagesFromDict({AT: first, f"{AT}/2": second}, lambda: NOW)
    page = read(pages)
    lines = page.text.split("\n")
    assert "The ferry was bought by the parish, which had no money." in lines
    assert [lines[number] for number in page.whole_lines] == ["1871 | 40 boats", "1872 | 30 boats"]


def test_what_leads_to_itself_to_another_article_or_without_end_ends(pages):
    article(pages, count=40)
    asked = []
    web = testing.PagesFromDict(pages.pages, lambda: NOW)
    web.get = lambda request, get=web.get: asked.append(request.url) or get(request)
    assert read(web).extent == "part"
    assert len(asked) == 12
    pages.pages[f"{AT}/2"] = named("/ferry/{}", number=1)  # which names itself
    assert read(pages).text.count("page 1 the mayor") == 1
    pages.pages[AT] = testing.article("The ferry", *told(1), head='<link rel="next" href="/quarry">')
    assert read(pages).extent == "full text"


def test_a_page_that_cannot_be_had_makes_a_part_and_takes_nothing_back(machine, pages):
    article(pages)
    third = pages.pages[f"{AT}/3"]
    pages.pages[f"{AT}/3"] = FetchFailed("http 503", f"{AT}/3 answered 503")
    follow(machine, AT)
    run_again(machine)
    [item] = machine.queries.items("silence")
    assert item.extent == "part"
    pages.pages[f"{AT}/3"] = third
    run_again(machine)
    [item] = machine.queries.items("silence")
    assert item.extent == "full text"
    pages.pages[f"{AT}/2"] = FetchFailed("http 503", f"{AT}/2 answered 503")
    report = run_again(machine)
    assert (report.exit_code, "what was read stands" in report.problems[0].message) == (1, True)
    [item] = machine.queries.items("silence")
    assert (item.extent, item.state) == ("full text", "read")


def test_a_wall_on_a_later_page_is_no_text(pages):
    article(pages)
    pages.pages[f"{AT}/2"] = testing.article(
        "The ferry", "Subscribe to continue reading. Already a subscriber? Log in."
    )
    page = read(pages)
    assert (page.extent, page.text.split("\n")) == ("part", [STANDFIRST, *told(1)])


def test_a_thread_on_several_pages_has_the_posts_of_all(pages):
    def post(number):
        said = f"<p>I measured {number * 13} litres a second at gauge {number} and wrote it down.</p>"
        name = f"<div class=author><a href=/u/{number % 3}>ann{number % 3}</a> wrote on {number} March 2026</div>"
        return f"<div class=post id=p{number}>{name}<div class=content>{said}</div></div>"

    for turn in (1, 2, 3):
        leads = f"<a rel=next href='/t/flow?page={turn + 1}'>Next</a>" if turn < 3 else ""
        posts = "".join(map(post, range(turn * 3 - 2, turn * 3 + 1)))
        page = f"<html><head><title>Flow at the weir?</title></head><body><h1>Flow at the weir?</h1>{posts}{leads}</body></html>"
        url = "http://a.example/t/flow" + (f"?page={turn}" if turn > 1 else "")
        pages.pages[url] = testing.Served(page.encode())
    page = read(pages, "http://a.example/t/flow")
    assert [each.url.rpartition("#")[2] for each in page.posts] == [f"p{number}" for number in range(1, 10)]
    assert (page.extent, page.missing) == ("full text", None)
    del pages.pages["http://a.example/t/flow?page=3"]
    page = read(pages, "http://a.example/t/flow")
    assert (len(page.posts), page.extent) == (6, "part")
    assert page.missing == "the page says that more pages of the thread follow"


@pytest.mark.parametrize("body", [b"", b"{}", b'{"pages": []}', b'{"pages": [{"url": 1}]}', b"\xff"])
def test_pages_in_a_form_that_is_not_known_are_unreadable(body):
    fetched = Response(url=AT, final_url=AT, fetched_at=NOW, media_type=PAGES_TYPE, body=body)
    with pytest.raises(Unreadable):
        read_page(fetched, "2026-03-25")
