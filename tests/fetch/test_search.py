"""Searches: each provider on good, malformed, empty and wrong answers; one that fails spoils nothing; a real SearXNG."""

import json
import os
import socket
import subprocess
import time
from urllib.request import urlopen

import pytest

from pipeline import testing
from pipeline.errors import FetchFailed, SettingsError, Unreadable
from pipeline.fetch.addresses import is_address
from pipeline.fetch.search import arxiv, hackernews
from pipeline.fetch.search.chosen import NAMES, providers
from tests import doubles
from tests.conftest import ARTICLE, SILENCE, follow, run_again, version_of
from tests.runs.test_thread import ran, shown

KEYS = {"TAVILY_API_KEY": "canary-t", "BRAVE_API_KEY": "canary-b", "EXA_API_KEY": "canary-e"}
PROVIDERS = {p.name: p for p in providers(NAMES, "http://searx.example/", KEYS)}
HIT = {"url": "http://a.example/1", "title": "One"}
GOOD = {
    "searxng": {"results": [{**HIT, "content": "A few words.", "publishedDate": "2026-03-02T10:00:00"}]},
    "hackernews": {
        "hits": [{**HIT, "objectID": "7", "author": "ada", "created_at": "2026-03-02T10:00:00Z", "num_comments": 3}]
    },
    "wikipedia": {
        "query": {"search": [{"title": "Silence (in schools)", "snippet": "a <span>quiet</span> &amp; small"}]}
    },
    "tavily": {"results": [{**HIT, "content": "A few words.", "published_date": "2026-03-02"}]},
    "brave": {"web": {"results": [{**HIT, "description": "A few words.", "page_age": "2026-03-02T10:00:00"}]}},
    "exa": {"results": [{**HIT, "author": "Ada", "publishedDate": "2026-03-02T10:00:00.000Z"}]},
}
ARXIV = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/abs/2603.0117v2</id><title>One
 two</title><summary>An abstract.</summary><published>2026-03-02T10:00:00Z</published><author><name>Ada</name></author>
<author><name>Bo</name></author></entry><entry><id>http://arxiv.org/api/errors#x</id><title>Error</title></entry></feed>"""


def good(name):
    return ARXIV.encode() if name == "arxiv" else json.dumps(GOOD[name]).encode()


@pytest.mark.parametrize("name", NAMES)
def test_a_good_answer_names_what_was_found(name):
    found = PROVIDERS[name].parse(good(name))
    first = found[0]
    assert first.via == "search"
    assert first.url in (
        "http://a.example/1",
        "https://arxiv.org/abs/2603.0117v2",
        "https://en.wikipedia.org/wiki/Silence_(in_schools)",
    )
    assert first.title in ("One", "One two", "Silence (in schools)")
    assert len(found) == (2 if name == "hackernews" else 1)


def test_a_discussion_is_a_source_of_its_own_beside_the_article():
    article, discussion = hackernews.provider.parse(good("hackernews"))
    assert (discussion.url, discussion.venue, discussion.author) == (
        "https://news.ycombinator.com/item?id=7",
        "Hacker News",
        "ada",
    )
    assert article.author is None, "who posted a link has not written what it leads to"


def test_a_paper_has_its_authors_and_its_abstract():
    paper = arxiv.provider.parse(good("arxiv"))[0]
    assert (paper.author, paper.extract, paper.published, paper.venue) == (
        "Ada, Bo",
        "An abstract.",
        "2026-03-02",
        "arXiv",
    )


BAD = [b"", b" ", b"no", b"<html>log in</html>", b"null", b"[]", b"{}", b'{"results": null}', b'{"results": {}}', b'{"hits": 3}',
       b'{"query": []}', b'{"web": 1}', b'{"error": "quota"}', b"\xff\xfe\x00", b'{"results": [', b"<feed/>", b"[" * 100_000,
       b'<!DOCTYPE f [<!ENTITY a "b">]><feed>&a;</feed>']  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("body", BAD, ids=range(len(BAD)))
def test_what_is_no_answer_is_said_in_one_line(name, body):
    with pytest.raises(Unreadable) as failed:
        PROVIDERS[name].parse(body)
    assert failed.value.reason == "no results"
    assert name in str(failed.value)


ODD = [None, 3, "x", [], {}, {"url": None, "title": None}, {"url": "javascript:alert(1)", "title": "x"}, {"url": "file:///etc/passwd"},
       {"url": ["a"], "title": {}}, {"title": 3}, {"url": "http://a.example/x y", "title": "T"}, {"objectID": 3}, {"objectID": "../x", "num_comments": 1}]  # fmt: skip


@pytest.mark.parametrize("name", [name for name in NAMES if name != "arxiv"])
def test_one_result_that_cannot_be_used_costs_no_other(name):
    tree = json.loads(good(name))
    place = tree
    while isinstance(place, dict):
        place = next(iter(place.values()))
    place[:0] = ODD
    found = PROVIDERS[name].parse(json.dumps(tree).encode())
    assert [f.url for f in found][-1] == PROVIDERS[name].parse(good(name))[-1].url
    assert all(is_address(f.url) for f in found)


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_answer_finds_nothing(name):
    empty = {
        "searxng": b'{"results": []}',
        "hackernews": b'{"hits": []}',
        "wikipedia": b'{"query": {"search": []}}',
        "brave": b'{"web": {"results": []}}',
    }
    body = empty.get(name, b'{"results": []}') if name != "arxiv" else b'<feed xmlns="http://www.w3.org/2005/Atom"/>'
    assert PROVIDERS[name].parse(body) == ()


@pytest.mark.parametrize("name", NAMES)
def test_how_a_provider_is_asked(name):
    asking = PROVIDERS[name].ask('quiet "ten" & more', 7)
    assert asking.url.startswith(("http://searx.example/search?", "https://"))
    assert "canary" not in asking.url
    assert " " not in asking.url
    assert ("canary" in json.dumps(dict(asking.headers or {}))) == (f"{name.upper()}_API_KEY" in KEYS)


@pytest.mark.parametrize(
    ("names", "says"), [(["bing"], "choose among"), (["tavily"], "TAVILY_API_KEY"), (["searxng"], "where it is")]
)
def test_a_provider_that_cannot_be_asked_is_said_so(names, says):
    with pytest.raises(SettingsError, match=says):
        providers(names, "", {})


# In runs of a thread.

SEARXNG = {"providers": ["searxng"], "searxng": "http://searx.example/"}


def hits_for(words):
    """Where a SearXNG is asked for `words`."""
    return f"http://searx.example/search?q={words.replace(' ', '+')}&format=json"


def results(*addresses):
    found = [{"url": address, "title": "Silence and sums", "content": "words"} for address in addresses]
    return testing.Served(json.dumps({"results": found}).encode(), "application/json")


def test_a_search_brings_pages_and_says_so(begin_machine, pages):
    machine = begin_machine(search=SEARXNG)
    pages.pages[hits_for("quiet ten")] = results(ARTICLE)
    follow(machine, searches=["quiet ten"])
    assert run_again(machine).version == 1
    assert version_of(machine)["items"]["search"] == 1
    [(source, status)] = machine.queries.sources("silence")
    assert (source.address, status.failures, status.entries) == ("quiet ten", 0, 1)


def test_a_search_that_fails_is_a_line_and_the_rest_goes_on(begin_machine, pages):
    machine = begin_machine(search=SEARXNG)
    pages.pages[hits_for("quiet ten")] = FetchFailed("http 500", "it answered 500")
    follow(machine, ARTICLE, searches=["quiet ten"])
    report = run_again(machine)
    assert (report.exit_code, report.version) == (1, 1)
    assert report.problems[0].message.startswith("search 'quiet ten': ")
    failed = [status for source, status in machine.queries.sources("silence") if source.kind == "search"]
    assert [(status.failures, status.reason) for status in failed] == [(1, "http 500")]


def test_a_host_brings_only_its_share(begin_machine, pages):
    machine = begin_machine(search={**SEARXNG, "per_host": 3})
    addresses = [f"http://a.example/{n}" for n in range(10)]
    for address in addresses:
        lines = (f"{line} Number {address[-1]} of ten." for line in SILENCE)
        pages.pages[address] = testing.article(f"T{address[-1]}", *lines)
    pages.pages[hits_for("quiet ten")] = results(*addresses)
    follow(machine, searches=["quiet ten"])
    assert run_again(machine).found == 3
    assert run_again(machine).found == 0


def test_without_a_provider_a_search_says_what_to_do(begin_machine):
    machine = begin_machine(search={"providers": []})
    follow(machine, searches=["quiet ten"])
    assert run_again(machine).problems[0].reason == "no provider"


# As an operator runs it.


def settings(home, base, *providers, more=""):
    file = home / "machine.toml"
    names = ", ".join(f'"{name}"' for name in providers)
    text = file.read_text().replace("allow_hosts = [", f'allow_hosts = ["{base.partition("://")[2]}", ')
    file.write_text(f'{text}\n[search]\nproviders = [{names}]\nsearxng = "{base}"\n{more}')


def test_the_operator_is_told_how_a_search_answered(run, home, web):
    settings(home, web.base, "searxng")
    found = {"results": [{"url": f"{web.base}/a", "title": "Silence and sums", "content": "words"}]}
    web.pages["/search?q=quiet+ten&format=json"] = doubles.HttpAnswer(
        200, json.dumps(found).encode(), {"Content-Type": "application/json"}
    )
    run("new", "silence", "--title", "Silence", "--search", "quiet ten", "--home", home)
    assert ran(run, home).json["version"] == 1
    assert "search  quiet ten: well" in run("sources", "silence", "--home", home).out
    web.pages["/search?q=quiet+ten&format=json"] = doubles.HttpAnswer(500, b"", {})
    ran(run, home)
    assert "failed 1x (http 500)" in run("sources", "silence", "--home", home).out


# A real SearXNG, whose one engine is a page of the test's own.

PYTHON = os.environ.get("INFORMATION_MACHINE_SEARXNG")
INSTANCE = """use_default_settings: {{engines: {{keep_only: []}}}}
general: {{instance_name: test}}
search: {{formats: [html, json]}}
ui: {{templates_path: {folder}/templates, static_path: {folder}/static}}
server: {{secret_key: for-tests-only, bind_address: 127.0.0.1, port: {port}, limiter: false}}
outgoing: {{proxies: null}}
engines:
  - {{name: loopback, engine: json_engine, shortcut: lo, categories: [general], enable_http: true,
     search_url: "{base}/engine?q={{query}}", results_query: found, url_query: url, title_query: title, content_query: content}}
"""


@pytest.fixture
def searxng_server(tmp_path, web):
    """An instance on loopback; `INFORMATION_MACHINE_SEARXNG` names a Python that has it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = tmp_path / "searxng"
    for theme in ("templates/simple", "static/themes/simple"):
        (folder / theme).mkdir(parents=True)
    (folder / "settings.yml").write_text(INSTANCE.format(folder=folder, port=port, base=web.base))
    where = subprocess.run([PYTHON, "-c", "import glob, site; print(glob.glob(site.getsitepackages()[0] + '/**/searx', recursive=True)[0])"],
                           capture_output=True, text=True, check=True).stdout.strip()  # fmt: skip
    (folder / "searx").symlink_to(where)
    environment = {**os.environ, "SEARXNG_SETTINGS_PATH": str(folder / "settings.yml")}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([PYTHON, "-m", "searx.webapp"], cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        for _ in range(120):
            try:
                urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).read()
                break
            except OSError:
                time.sleep(0.25)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@pytest.mark.skipif(not PYTHON, reason="INFORMATION_MACHINE_SEARXNG names no Python that has SearXNG")
def test_a_real_searxng_is_understood(run, home, web, searxng_server):
    settings(home, searxng_server, "searxng")
    found = {"found": [{"url": f"{web.base}/a", "title": "Silence and sums", "content": "Ten minutes."}]}
    web.pages["/engine?q=quiet+ten"] = doubles.HttpAnswer(
        200, json.dumps(found).encode(), {"Content-Type": "application/json"}
    )
    run("new", "silence", "--title", "Silence", "--search", "quiet ten", "--home", home)
    report = ran(run, home).json
    assert (report["version"], report["troubles"]) == (1, [])
    assert shown(run, home)["items"]["search"] == 1
