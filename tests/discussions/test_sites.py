"""Every kind of site, as its double serves one and the same thread in the site's own shape over HTTP: fetched as any
page is, and read post by post."""

import pytest

from pipeline.fetch.discussions.chosen import sites
from pipeline.fetch.discussions.thread import get_thread, site_of
from pipeline.read.page_text import read_page
from pipeline.records.items import PageText
from tests.discussions import (
    bluesky_double,
    discourse_double,
    forummagnum_double,
    github_double,
    hackernews_double,
    lobsters_double,
    mailinglists_double,
    mastodon_double,
    openreview_double,
    reddit_double,
    stackexchange_double,
)
from tests.discussions.checked import is_read_post_by_post, own_words
from tests.discussions.loopback import on_loopback
from tests.discussions.talk import TALK, Double, reachable, with_news

DOUBLES = [
    hackernews_double.DOUBLE,
    github_double.DOUBLE,
    github_double.PULL_DOUBLE,
    stackexchange_double.DOUBLE,
    discourse_double.DOUBLE,
    reddit_double.DOUBLE,
    lobsters_double.DOUBLE,
    mastodon_double.DOUBLE,
    bluesky_double.DOUBLE,
    forummagnum_double.DOUBLE,
    openreview_double.DOUBLE,
    openreview_double.OLDER_DOUBLE,
    *mailinglists_double.DOUBLES,
]


def read(double: Double, talk=TALK, most=1000) -> PageText:
    """The thread as it is read."""
    found = site_of(double.address, sites({}))
    assert found, f"no kind of site takes {double.address} for a thread"
    with on_loopback() as (hosts, web):
        hosts.serving |= dict.fromkeys(double.hosts, double.serve(talk))
        response = get_thread(web, *found, double.address, most)
    return read_page(response, "2026-03-25")


@pytest.fixture(params=DOUBLES, ids=lambda double: double.name)
def double(request) -> Double:
    return request.param


def test_a_thread_is_read_post_by_post(double):
    given = reachable() if double.loses_replies else [said for said in TALK if not said.withdrawn]
    is_read_post_by_post(read(double), double.tells, given)


def test_ids_last_while_the_thread_goes_on(double):
    before, after = read(double), read(double, with_news())
    assert {post.id for post in before.posts} - {post.id for post in after.posts if not post.withdrawn} <= {
        post.id for post in before.posts if TALK[8].said[1] in own_words(before, post) or post.withdrawn
    }
    new = {post.id for post in after.posts} - {post.id for post in before.posts}
    assert len(new) == 2
    if "withdrawn" in double.tells:
        assert len([post for post in after.posts if post.withdrawn]) == 2
