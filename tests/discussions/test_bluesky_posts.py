"""What a post of Bluesky says, with what stands below it: links told in bytes, quoted posts, cards, odd values."""

import pytest

from pipeline.fetch.discussions import bluesky
from pipeline.read.posts.thread import page_of
from tests.discussions.bluesky_double import changed, link_to, uri_of, view_of
from tests.discussions.in_memory import InMemory, thread_in
from tests.discussions.talk import TALK, There

DID = "did:plc:z72i7hdynmk6r22z27h6tvur"
FIRST = link_to(TALK[0])


def post_two(**fields: object):
    """Post 2 of the talk, changed."""
    thread = thread_in(InMemory(changed(2, **fields)), bluesky.site, FIRST)
    return next(post for post in thread.posts if post.id == uri_of(TALK[1]))


PARAGRAPHS = [f"<p>{paragraph}</p>".replace("&", "&amp;") for paragraph in TALK[1].said]
AUTHOR = {"did": DID, "handle": "eel.example", "displayName": "Ewan <b>Eel</b>"}
QUOTED = {"author": AUTHOR, "value": {"text": "Eels & weirs.\n</blockquote>I said so.", "createdAt": "x"}}
QUOTATION = (
    '<blockquote data-author="Ewan &lt;b&gt;Eel&lt;/b&gt;"><p>Eels &amp; weirs.</p>'
    "<p>&lt;/blockquote&gt;I said so.</p></blockquote>"
)
CARD = {"uri": "https://weir.example/a?b=1&c=2", "title": "The <weir>", "description": "d"}
CARD_SHOWN = '<blockquote><p><a href="https://weir.example/a?b=1&amp;c=2">The &lt;weir&gt;</a></p></blockquote>'


def facet(start: object, end: object, *features: object) -> dict[str, object]:
    """What a part of a text is, counted in bytes."""
    return {"index": {"byteStart": start, "byteEnd": end}, "features": list(features)}


LINK = {"$type": "app.bsky.richtext.facet#link", "uri": CARD["uri"]}
LINKED = '<a href="https://weir.example/a?b=1&amp;c=2">'


@pytest.mark.parametrize(
    ("text", "facets", "shown"),
    [
        ("see weir.example now", [facet(4, 16, LINK)], f"<p>see {LINKED}weir.example</a> now</p>"),
        ("größer: weir & eel", [facet(10, 20, LINK)], f"<p>größer: {LINKED}weir &amp; eel</a></p>"),
        ("a b", [facet(2, 3, LINK), facet(0, 1, LINK)], f"<p>{LINKED}a</a> {LINKED}b</a></p>"),
        ("abc", [facet(0, 2, LINK), facet(1, 3, LINK)], f"<p>{LINKED}ab</a>c</p>"),
        ("a\nb", [facet(0, 3, LINK)], f"<p>{LINKED}a b</a></p>"),
        ("@eel hi", [facet(0, 4, {"$type": "app.bsky.richtext.facet#mention", "did": DID})], "<p>@eel hi</p>"),
        ("#eel hi", [facet(0, 4, {"$type": "app.bsky.richtext.facet#tag", "tag": "eel"})], "<p>#eel hi</p>"),
        ("click", [facet(0, 5, {"uri": "javascript:alert(1)"})], "<p>click</p>"),
        ("abc", [facet(0, 9, LINK)], "<p>abc</p>"),
        ("abc", [facet(2, 2, LINK)], "<p>abc</p>"),
        ("abc", [facet(-1, 2, LINK)], "<p>abc</p>"),
        ("abc", [facet("x", None, LINK), {"index": 5}, 7], "<p>abc</p>"),
        ("abc", [facet(0, 3)], "<p>abc</p>"),
        ("abc", {"not": "a list"}, "<p>abc</p>"),
        ("a\n\n  \nb <b>", None, "<p>a</p><p>b &lt;b&gt;</p>"),
        ("", [], ""),
    ],
)
def test_links_stand_where_they_stood(text, facets, shown):
    assert post_two(record_text=text, record_facets=facets).body == shown


@pytest.mark.parametrize(
    ("embed", "below"),
    [
        ({"$type": "app.bsky.embed.record#view", "record": QUOTED}, QUOTATION),
        ({"$type": "app.bsky.embed.recordWithMedia#view", "record": {"record": QUOTED}, "media": {"images": []}}, QUOTATION),
        ({"record": {"record": QUOTED}, "media": {"external": CARD}}, QUOTATION + CARD_SHOWN),
        ({"$type": "app.bsky.embed.external#view", "external": CARD}, CARD_SHOWN),
        ({"external": {**CARD, "title": ""}}, CARD_SHOWN.replace("The &lt;weir&gt;", "https://weir.example/a?b=1&amp;c=2")),
        ({"external": {"uri": "javascript:alert(1)", "title": "t"}}, ""),
        ({"record": {"$type": "app.bsky.embed.record#viewNotFound", "uri": "at://x", "notFound": True}}, ""),
        ({"record": {"$type": "app.bsky.embed.record#viewBlocked", "uri": "at://x", "blocked": True}}, ""),
        ({"record": {"$type": "app.bsky.feed.defs#generatorView", "displayName": "Rivers"}}, ""),
        ({"record": {**QUOTED, "author": {**AUTHOR, "labels": [{"val": "!no-unauthenticated"}]}}}, ""),
        ({"$type": "app.bsky.embed.images#view", "images": [{"alt": "an eel"}]}, ""),
        ({"record": [QUOTED], "external": 5, "media": "x"}, ""),
        ("odd", ""),
        (None, ""),
    ],
    ids=str,
)  # fmt: skip
def test_what_stands_below_a_post(embed, below):
    assert post_two(embed=embed).body == "".join(PARAGRAPHS) + below


def test_a_card_whose_link_the_words_have_is_not_repeated():
    embed = {"external": CARD}
    assert post_two(record_text="x", record_facets=[facet(0, 1, LINK)], embed=embed).body == f"<p>{LINKED}x</a></p>"


def test_a_quoted_post_of_the_thread_is_known_for_its_own():
    quoted = {"author": view_of(TALK[3], There.of(TALK))["author"], "value": {"text": "\n\n".join(TALK[3].said)}}
    web = InMemory(changed(2, embed={"record": quoted}))
    page = page_of(thread_in(web, bluesky.site, FIRST), "2026-03-25")
    post = next(each for each in page.posts if each.id == uri_of(TALK[1]))
    assert [(page.text[each.start : each.end], each.of, each.name) for each in post.quotes] == [
        ("\n".join(TALK[3].said), uri_of(TALK[3]), TALK[3].author)
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"author": {"did": DID}}, {"author": None, "handle": DID}),
        ({"author": {"did": DID, "handle": "handle.invalid", "displayName": ""}}, {"author": None, "handle": DID}),
        ({"author": AUTHOR}, {"author": "Ewan <b>Eel</b>", "handle": "eel.example"}),
        ({"record_createdAt": "2031-01-01T00:00:00Z"}, {"time": TALK[1].time.replace(":05Z", ":07Z")}),
        ({"record_createdAt": "1999-01-01T00:00:00.000+02:00"}, {"time": "1998-12-31T22:00:00Z"}),
        ({"record_createdAt": "0000-00-00"}, {"time": TALK[1].time.replace(":05Z", ":07Z")}),
        ({"record_createdAt": None, "indexedAt": None}, {"time": None}),
        ({"replyCount": None}, {}),
        ({"labels": [{"val": "spam-of-no-kind-here"}, 5]}, {}),
    ],
    ids=str,
)
def test_odd_values_cost_only_themselves(fields, expected):
    post = post_two(**fields)
    assert {name: getattr(post, name) for name in expected} == expected
    assert post.url == link_to(TALK[1])
