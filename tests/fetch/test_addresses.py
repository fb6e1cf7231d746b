"""When two addresses are one page, where a link leads, and that no address breaks anything."""

import pytest

from pipeline.fetch.addresses import canonical, host_of, is_address, item_id, joined, unwrapped
from pipeline.fetch.feeds.entries import base_of
from pipeline.fetch.opml import parse_opml


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/story?source=12", "/story?source=13"), ("/doc?ref=heads/main", "/doc?ref=heads/dev"),
        ("/hearing?session=1", "/hearing?session=2"), ("/app#/a", "/app#/b"), ("/app#!/a", "/app#!/b"), ("/app#/a", "/app"),
        ("/p?campaign=spring", "/p?campaign=autumn"), ("/p?id=1", "/p?id=2"), ("/p?medium=oil", "/p?medium=ink"),
        ("/p?keyword=gate", "/p?keyword=weir"), ("/p?affiliate=osk", "/p"), ("/p?uid=4", "/p?uid=5"), ("/p?2026", "/p?2025"),
        ("/p?referrer=a", "/p?referrer=b"), ("/share?u=https://a.example/1", "/share?u=https://a.example/2"),
        ("/share?u=https://a.example/1", "https://a.example/1"), ("/p?partner=ngo", "/p"), ("/p?gl=1", "/p?gl=2"),
    ],
)  # fmt: skip
def test_two_addresses_are_two_pages_unless_they_say_that_they_are_one(one, other):
    base = "https://osk.example"
    assert item_id(joined(base, one)) != item_id(joined(base, other))


@pytest.mark.parametrize(
    "spelling",
    [
        "http://osk.example/p?a=1&b=2", "https://OSK.example:443/p?b=2&a=1", "https://osk.example/p?a=1&b=2#part",
        "https://osk.example/p?utm_source=x&a=1&utm_medium=y&b=2", "https://osk.example//p?a=1&b=2&fbclid=Iw",
        "https://osk.example/p?gclid=1&a=1&b=2", "https://osk.example/p?a=1&b=2&mc_cid=1&mc_eid=2", "https://osk.example/p?a=1&b=2&source=rss----x---4",
        "https://osk.example/p?at_medium=RSS&at_campaign=rss&a=1&b=2", "https://osk.example/p?a=1&amp;b=2", "https://osk.example/p?a=1&b=2&_hsenc=p2&_hsmi=1",
    ],
)  # fmt: skip
def test_parameters_that_only_tell_where_a_reader_came_from_make_no_other_page(spelling):
    assert item_id(spelling) == item_id("https://osk.example/p?a=1&b=2")


MALFORMED = [
    "http://[", "http://[::1", "http://[v1.x", "//[", "http://a:b:c/", "http://a:99999/", "http://a.example:x/", "http://exa℀mple.com/",
    "http://a\ud800.example/", "http://a.example/\udfff?\ud800#\ud800", "https://xn--\ud800/", "http://xn--a.example\x00/", "", " ", "\x00", "http://",
    "http:///", "://", "http://a b/", "http://\\a/", "http://%/", "http://a.example/%zz?%#%", "http://" + "a" * 100_000, "?" * 100_000, "http://a.example/?" + "&" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("address", MALFORMED, ids=range(len(MALFORMED)))
def test_no_malformed_address_breaks_anything(address):
    assert len(item_id(address)) == 10
    assert isinstance(canonical(address), str)
    assert isinstance(host_of(address), str)
    assert is_address(address) in (True, False)
    assert unwrapped(address) == address
    for base, link in ((address, "a"), ("https://osk.example/", address), (address, address)):
        led = joined(base, link)
        assert led is None or is_address(led)
    assert base_of("https://osk.example/", address)


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("a b.html", "https://osk.example/x/a%20b.html"), (" a\n", "https://osk.example/x/a"), ("/a\tb", "https://osk.example/ab"),
        ("?q=a b", "https://osk.example/x/y?q=a%20b"), ("\\a\\b", "https://osk.example/a/b"), ('a"b<c>', "https://osk.example/x/a%22b%3Cc%3E"),
        ("/gr\u00fc\u00dfe", "https://osk.example/gr\u00fc\u00dfe"), ("https:\\\\b.example\\a", "https://b.example/a"), ("#n1", "https://osk.example/x/y#n1"),
        ("javascript:alert(1)", None), ("data:text/html,x", None), ("mailto:a@b.example", None), ("", None), ("http://[", None), ("a" * 9_000, None),
    ],
)  # fmt: skip
def test_where_a_link_leads(link, address):
    assert joined("https://osk.example/x/y", link) == address


@pytest.mark.parametrize(
    ("wrapped", "address"),
    [
        ("https://www.google.com/url?rct=j&sa=t&url=https://osk.example/a%3Fx%3D1&ct=ga&cd=1", "https://osk.example/a?x=1"),
        ("https://www.google.co.uk/url?q=https://osk.example/a&sa=U", "https://osk.example/a"),
        ("http://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fosk.example%2fa&c=1", "https://osk.example/a"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fosk.example%2Fa&h=x", "https://osk.example/a"),
        ("https://www.google.com/url?url=javascript:alert(1)", "https://www.google.com/url?url=javascript:alert(1)"),
        ("https://osk.example/url?url=https://other.example/", "https://osk.example/url?url=https://other.example/"),
        ("https://google.osk.example/url?url=https://other.example/", "https://google.osk.example/url?url=https://other.example/"),
    ],
)  # fmt: skip
def test_an_alerts_link_leads_to_the_article(wrapped, address):
    assert unwrapped(wrapped) == address


def test_a_list_of_feeds_with_a_malformed_address_gives_the_others():
    outlines = "<outline xmlUrl='http://['/><outline xmlUrl='https://osk.example/feed'/><outline xmlUrl=''/>"
    assert parse_opml(f"<opml><body>{outlines}</body></opml>".encode(), "list").addresses == (
        "https://osk.example/feed",
    )
