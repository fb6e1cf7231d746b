"""What a search answers may be odd in any field: one odd result costs itself, and nothing raises but Unreadable."""

import json
from contextlib import suppress

from pipeline.errors import Unreadable
from pipeline.fetch.search import hackernews
from pipeline.fetch.search.chosen import NAMES, providers
from tests.fetch.test_search import KEYS

ODD = ["\ud800", None, 3, [], {}, "http://[", "x" * 100_000, True, 1e308, "http://a.example/\udfff", "2026-13-45"]


def odd_bodies():
    names = (
        "objectID",
        "url",
        "title",
        "author",
        "created_at",
        "content",
        "snippet",
        "publishedDate",
        "published_date",
        "description",
        "page_age",
        "num_comments",
    )
    results = [dict.fromkeys(names, odd) for odd in ODD]
    results += [
        {
            **dict.fromkeys(names, "fine"),
            "objectID": "7",
            "url": "https://osk.example/7",
            "num_comments": 1,
            name: odd,
        }
        for name in names
        for odd in ODD
    ]
    results += [*ODD]
    for holder in ("hits", "results"):
        yield json.dumps({holder: results})
    yield json.dumps({"web": {"results": results}})
    yield json.dumps({"query": {"search": results}})
    yield from (json.dumps(odd) for odd in ODD)
    yield "[" * 100_000
    yield '{"hits":' * 50_000


def test_no_answer_of_a_search_raises_anything_but_that_it_is_none():
    for body in odd_bodies():
        for provider in providers(NAMES, "http://s.example", KEYS):
            with suppress(Unreadable):
                for found in provider.parse(body.encode()):
                    assert found.url.startswith("http")


def test_one_odd_result_costs_only_itself():
    good = {"objectID": "7", "url": "https://osk.example/7", "title": "Good"}
    found = hackernews.provider.parse(
        json.dumps({"hits": [{**good, "title": "\ud800"}, {**good, "url": 7}, good]}).encode()
    )
    assert [each.title for each in found] == ["?", "Good"]
