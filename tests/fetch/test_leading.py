"""Pages that only lead to another page are followed, with the guard at every step; pages with words of their own are
not."""

import time

import pytest

from pipeline.errors import FetchFailed
from pipeline.fetch.articles import get_work
from pipeline.fetch.http import _asked_wait
from pipeline.fetch.redirect_pages import redirect_target
from pipeline.records.items import Validators
from tests import doubles
from tests.fetch.test_fetch import fetcher
from tests.read.test_reading import NOW

AT = "https://alerts.example/r?n=1"
TO = "https://osk.example/gate"


@pytest.mark.parametrize(
    "page",
    [
        f"<html><head><meta http-equiv='refresh' content='0; url={TO}'></head></html>",
        f"<META CONTENT=\"0;URL='{TO}'\" HTTP-EQUIV=Refresh>",
        f"<meta http-equiv=refresh content='5;{TO}'><p>You are being sent on to the article.</p>",
        f"<head><noscript><meta http-equiv='refresh' content='0;URL={TO}'></noscript><script>window.location='{TO}'</script></head>",
        f'<script>window.location.replace("{TO}")</script>',
        "<script>location.href = 'https:\\/\\/osk.example\\/gate';</script>",
        "<script>location='https://osk.example/g\\x61te'</script>",
        "<meta http-equiv='refresh' content='0; url=//osk.example/gate'>",
        "<meta http-equiv='refresh' content='0; url=&#34;https://osk.example/gate&#34;'>",
        f"<!-- x --><title>Weiterleitung</title><meta http-equiv='refresh' content='1;url={TO}'>",
    ],
)
def test_where_a_page_leads_that_does_nothing_else(page):
    assert redirect_target(page.encode(), AT) == TO


@pytest.mark.parametrize(
    "page",
    [
        "<p>An article without a word about where to go.</p>",
        f"<meta http-equiv='refresh' content='0;url={TO}'>" + "<p>The gate at Osk was opened again today.</p>" * 20,
        "<meta http-equiv='refresh' content='300'><p>News</p>",
        "<meta http-equiv='refresh' content='0; url=/r?n=1'>",
        f"<meta http-equiv='refresh' content='600;url={TO}'>",
        f"<!-- <meta http-equiv='refresh' content='0;url={TO}'> -->",
        f"<script>document.write(\"<meta http-equiv='refresh' content='0;url={TO}'>\")</script>",
        "<meta http-equiv='refresh' content='0;url=javascript:alert(1)'>",
        "<meta http-equiv='refresh' content='0;url=http://['>",
        f"<script src=/app.js></script><script>if (old) location='{TO}'</script>",
        f"<script>if (a) location='{TO}'; else location='https://osk.example/other'</script>",
        f"<script>location='{TO}';{'x();' * 1000}</script>",
    ],
)
def test_a_page_of_its_own_leads_nowhere(page):
    assert redirect_target(page.encode(), AT) is None


@pytest.mark.parametrize(
    "page",
    [b"<script>" * 25_000 + b"location=", b"<meta " * 30_000 + b"refresh", b"<!--" * 45_000 + b"refresh", b"<" * 190_000 + b"refresh",
     b"<meta " + b"a='" * 60_000 + b"refresh>", b"<meta http-equiv=refresh content='" + b"0" * 100_000 + b"'>", b"location='" * 20_000],
    ids=range(7),
)  # fmt: skip
def test_no_page_takes_long(page):
    began = time.process_time()
    redirect_target(page, AT)
    assert time.process_time() - began < 15  # seconds; under one on a machine that does nothing else


def sends_on(address, body=b""):
    return doubles.HttpAnswer(
        200, body or f"<meta http-equiv='refresh' content='0;url={address}'>".encode(), {"Content-Type": "text/html"}
    )


def get(web, path):
    return get_work(fetcher([web.host]), f"{web.base}{path}", Validators())


def test_the_article_behind_pages_that_lead_on_is_got(web):
    web.pages["/alert"] = sends_on("/counter")
    web.pages["/counter"] = sends_on(f"{web.base}/article")
    web.pages["/article"] = doubles.page("The gate", "It was opened.")
    got = get(web, "/alert")
    assert (got.url, got.final_url, got.moved_to) == (f"{web.base}/alert", f"{web.base}/article", None)
    assert b"It was opened." in got.body


def test_what_cannot_be_reached_behind_one_says_so(web):
    web.pages["/alert"] = sends_on("/gone")
    web.pages["/gone"] = doubles.HttpAnswer(410, b"", {})
    web.pages["/inside"] = sends_on("http://169.254.169.254/latest")
    web.pages["/a"], web.pages["/b"] = sends_on("/b"), sends_on("/a")
    for path, reason, words in (
        ("/alert", "http 410", "only leads to"),
        ("/inside", "non-public", "169.254.169.254"),
        ("/a", "redirects", "only lead on"),
    ):
        with pytest.raises(FetchFailed, match=words) as failed:
            get(web, path)
        assert failed.value.reason == reason


def test_a_refresh_header_leads_as_the_element_does(web):
    web.pages["/article"] = doubles.page("The gate", "It was opened.")
    for path, refresh, body in (
        ("/alert", "0; url=/article", b""),
        ("/counter", f'2;URL="{web.base}/article"', b"<p>You are being sent on.</p>"),
    ):
        web.pages[path] = doubles.HttpAnswer(200, body, {"Content-Type": "text/html", "Refresh": refresh})
        assert get(web, path).final_url == f"{web.base}/article"
    own = doubles.page("The gate", *("The gate at Osk was opened again today. " * 9,) * 3)
    for refresh in ("300", "0; url=/article", "0; url=http://[", "url", ";" * 100_000):
        web.pages["/news"] = own._replace(headers={**own.headers, "Refresh": refresh[:9000]})
        assert get(web, "/news").final_url == f"{web.base}/news"


def test_seven_redirects_are_followed(web):
    for hop in range(7):
        web.pages[f"/{hop}"] = doubles.HttpAnswer(302, b"", {"Location": f"/{hop + 1}"})
    web.pages["/7"] = doubles.page("The gate", "It was opened.")
    assert get(web, "/0").final_url == f"{web.base}/7"


def test_odd_headers_stop_nothing(web):
    web.pages["/a"] = doubles.page("T", "text")
    odd = Validators(etag='"caf\u00e9"', last_modified="\u2603\n")
    assert get_work(fetcher([web.host]), f"{web.base}/a", odd).body
    for asked, seconds in (
        ("9" * 400, 30 * 86400),
        ("\u00b2", None),
        ("Mon, 01 Jan 9999 00:00:00 GMT", 30 * 86400),
        ("-5", None),
        ("120", 120),
    ):
        assert _asked_wait(asked, NOW) == seconds
