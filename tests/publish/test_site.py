"""The published site: nothing from outside is markup, nothing leads elsewhere, every link resolves, and the JSON
keeps its contract."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from lxml import html as lxml_html

from pipeline import testing
from pipeline.errors import StoreError
from pipeline.publish import search_index as search
from pipeline.publish.write import Files, Layer, SitePlan, Unit, remove, write
from tests import doubles
from tests.conftest import SILENCE

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</q></span><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7 * 7 }} {% raw %}",
    "[x](javascript:alert(1)) ![y](http://evil.example/z.png)",
    "]]> --> </style>",
    "\u202egnp.exe",
]
ACTIVE = "script,iframe,object,embed,form,base,img,svg,video,audio,source,applet,frame,math,template,style,input"

PICTURES = ("band", "spark", "plot", "share", "strip")


def pages(site: Path):
    found = sorted(site.rglob("*.html"))
    assert {file.relative_to(site).parts[0] for file in found} >= {"about", "index.html", "search", "topics"}
    assert found
    return [(file, lxml_html.document_fromstring(file.read_bytes())) for file in found]


@pytest.fixture
def site(run, home, thread) -> Path:
    run("thread", "silence", "--home", home)
    return home / "site"


def assert_inert(site: Path, outward: set[str]) -> None:
    """No active content, no handler, no address but the site's own pages and the http(s) sources. The search page alone
    has a form and a script of ours; the pictures are ours, drawn from numbers; what changed has a box to tick."""
    for file, tree in pages(site):
        drawn = {picture for picture in tree.cssselect("svg") if picture.get("class").split()[0] in PICTURES}
        active = [e.tag for e in tree.cssselect(ACTIVE) if e not in drawn and e.get("id") != "whole"]
        assert active == (["script", "form", "input"] if file.parent.name == "search" else []), file
        for element in tree.iter():
            names = [name for name in element.attrib if name.startswith("on") or name in ("style", "srcdoc")]
            assert names == [], file
        for element, _, link, _ in tree.iterlinks():
            if "://" in link:
                assert link.partition("://")[0] in ("http", "https")
                assert link.split("/")[2] in outward, (file, link)
                assert element.get("rel") == "nofollow"
            else:
                assert ":" not in link, (file, link)


def test_every_link_leads_to_a_page_and_a_place_that_exist(site):
    for file, tree in pages(site):
        for _, _, link, _ in tree.iterlinks():
            if "://" not in link:
                path, _, place = link.partition("#")
                target = (file.parent / path).resolve() if path else file
                assert target.is_file(), (file, link)
                if place:
                    ids = lxml_html.document_fromstring(target.read_bytes()).xpath("//@id")
                    assert ids.count(place) == 1, (file, link)


def test_every_page_has_html_markdown_and_json_where_promised(site):
    for place in ("threads/silence", "threads/silence/v1", *(f"items/{p.name}" for p in (site / "items").iterdir())):
        for form in ("html", "md", "json"):
            assert (site / place / f"index.{form}").stat().st_size > 0
    assert (site / "threads/silence/history/index.html").is_file()
    assert (site / "threads/silence/index.json").read_bytes() == (site / "threads/silence/v1/index.json").read_bytes()


def test_pages_forbid_everything_they_do_not_need(site, web):
    for file, tree in pages(site):
        policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert len(policy) == 1, file
        assert "default-src 'none'" in policy[0]
        assert ("script" in policy[0]) is (file.parent.name == "search")
        assert "unsafe-inline" not in policy[0]
        assert "unsafe-eval'" not in policy[0].replace("wasm-unsafe-eval'", "")
        assert len(tree.xpath("//h1")) == 1
        assert tree.get("lang") == "en"
    assert_inert(site, {web.host})


def test_a_citation_carries_its_exact_words_speaker_source_and_the_place_they_stand(site):
    tree = lxml_html.document_fromstring((site / "threads/silence/index.html").read_bytes())
    first = tree.cssselect('#narrative a[href^="#c"]')[0]
    assert first.text == "[1]"
    place = first.get("href").removeprefix("#")
    card = next(found for found in tree.get_element_by_id(place).iterancestors("li"))
    assert card.get("id") == "source-1"
    assert [q.text for q in card.cssselect(f"#{place}, blockquote p.{place.rpartition('-')[2]}")] == [SILENCE[0]]
    assert "Silence and sums" in card.text_content()
    assert "full text" in card.text_content()
    link = next(a.get("href") for a in card.cssselect("p a"))
    sheet = (site / "threads/silence/words.css").read_text()
    assert f"[href$=-{place.rpartition('-')[2]}]" in sheet
    item, _, claim = link.partition("#")
    there = lxml_html.document_fromstring((site / "threads/silence" / item).resolve().read_bytes())
    assert SILENCE[0] in there.get_element_by_id(claim).text_content()


def test_the_json_keeps_its_contract(site):
    version = json.loads((site / "threads/silence/index.json").read_text())
    assert version["schema"] == "information-machine/version/1"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", version["made_at"])
    shape = {
        "thread": {"slug", "title", "state"},
        "items": {"total", "feeds", "search", "read", "cited"},
        "made_by": {"model", "prompts", "calls", "tokens", "price", "checks", "repaired", "struck"},
    }
    for key, fields in shape.items():
        assert fields <= set(version[key])
    said = {"text", "claims", "reading"}
    assert {"id", "sentences"} <= set(version["narrative"][0])
    assert said <= set(version["narrative"][0]["sentences"][0])
    assert {"id", "date", "sentences"} <= set(version["timeline"][0])
    assert {"id", "voice", "venue", "position", "evolution"} <= set(version["perspectives"][0])
    assert {"word", "since", "sentences"} <= set(version["perspectives"][0]["evolution"])
    assert {"id", "state", "opened_in", "sentences", "sides", "missing"} <= set(version["tensions"][0])
    assert {"voice", "sentences"} <= set(version["tensions"][0]["sides"][0])
    source = {"number", "item", "title", "venue", "date", "url", "evidence", "copies"}
    assert source <= set(version["sources"][0])
    claim = next(iter(version["claims"].values()))
    assert {"item", "source", "statement", "speaker", "kind", "occurred", "evidence"} <= set(claim)
    assert {"start", "end", "text"} == set(claim["evidence"][0])
    assert {"item", "used", "reason"} <= set(version["coverage"][0])
    assert version["previous"] is None
    assert {"also_heard", "whats_new"} <= set(version)


def hostile_strings() -> list[str]:
    corpora = os.environ.get("INFORMATION_MACHINE_CORPORA")
    if not corpora:
        return HOSTILE
    lines = (Path(corpora) / "hostile/xss_vectors.jsonl").read_text().splitlines()
    return HOSTILE + [str(json.loads(line)["payload"]) for line in lines[::12]]


def test_hostile_strings_in_every_field_stay_text(run, home, thread, web, model):
    """From the page, its metadata and the model's every free field."""
    strings = hostile_strings()

    def attacks(body):
        answer = doubles.honest(body)
        attack = re.sub(r"\d", "", " ".join(strings))  # a figure its article lacks would drop the claim
        if "claims" in answer:
            answer["summary"] = attack
            answer["topics"] = strings
            for claim, words in zip(answer["claims"], strings, strict=False):
                claim["statement"] = re.sub(r"\d", "", words) + " " + attack
                claim["speaker"] = attack
            answer["status"] = attack
            answer["cast"] = [{"name": attack, "also": [attack], "role": attack, "part": "quoted"}]
        elif "narrative" in answer:
            answer["title"] = attack
            answer["narrative"][0]["theme"] = attack
            answer["missing_voices"] = [{"name": words, "why": words, "cites": []} for words in strings]
            answer["cast"] = [{**answer["cast"][0], "name": attack, "also": strings, "role": attack, "venue": attack}]
            answer["tensions"][0]["sides"][0]["answer"] = attack
            for part in (answer["perspectives"][0], answer["tensions"][0]["sides"][0]):
                part["voice"] = attack
            first = testing.CITABLE.findall(body["messages"][1]["content"])[0]
            answer["narrative"][0]["sentences"] = [
                testing.sentence(first, text=words) for words in [*strings, "It stands."]
            ]
        return answer

    model.answer = attacks
    escaped = HOSTILE[1].replace("<", "&lt;").replace('"', "&quot;")
    head = "".join(f'<meta name="{n}" content="{escaped}">' for n in ("author", "og:site_name"))
    web.pages["/a"] = doubles.page("A &lt;script&gt;alert(1)&lt;/script&gt; title", *SILENCE, head=head)
    report = run("thread", "silence", "--home", home, "--json").json
    assert report["outcome"] == "new version", report["troubles"]
    assert_inert(home / "site", {web.host})
    assert run("verify", "silence", "--home", home).code == 0
    markdown = (home / "site/threads/silence/index.md").read_text()
    assert not re.search(r"(?<!\\)<(?!http)", markdown)
    assert not re.search(r"(?<!\\)\]\(", markdown)


def layer(**units):
    """A plan of units by name: their key and their files."""
    made = [Unit(name, key, lambda f=files: Files(f, {})) for name, (key, files) in units.items()]
    return lambda _: SitePlan((Layer(lambda _: made),))


def held(folder):
    files = (p for p in folder.rglob("*") if p.is_file() and "pagefind" not in p.parts)
    return {str(p.relative_to(folder)): p.read_text() for p in files}


def test_a_site_is_changed_whole_and_stays_inside_its_folder(tmp_path):
    folder = tmp_path / "site"
    write(layer(index=("1", {"index.html": "1"}), old=("1", {"old/x.html": "old"})), folder)
    write(layer(index=("2", {"index.html": "2"})), folder)
    assert held(folder) == {"index.html": "2"}
    for name in ("../escaped.html", "/escaped.html", "a/../../escaped.html"):
        with pytest.raises(StoreError, match="outside the site"):
            write(layer(index=("3", {"index.html": "3"}), escaped=("1", {name: "x"})), folder)
        assert held(folder) == {"index.html": "2"}
        assert not (tmp_path / "escaped.html").exists()


def test_only_what_changed_is_made_again(tmp_path):
    folder = tmp_path / "site"
    first = {"a": ("1", {"a.html": "a"}), "b": ("1", {"b/b.html": "b", "b/b.json": "{}"})}
    assert write(layer(**first), folder) == (3, 3)
    assert write(layer(**first), folder) == (3, 0)
    made = write(layer(**{**first, "a": ("2", {"a.html": "new"})}), folder)
    assert made == (3, 1)
    assert held(folder) == {"a.html": "new", "b/b.html": "b", "b/b.json": "{}"}
    (folder / "b/b.html").unlink()
    write(layer(**{**first, "a": ("3", {"a.html": "newer"})}), folder)
    assert held(folder) == {"a.html": "newer", "b/b.html": "b", "b/b.json": "{}"}


def test_what_could_not_be_finished_is_tried_again_until_it_is(tmp_path):
    """The search index: a site without it is whole, and does not stay without it."""
    folder = tmp_path / "site"
    units = {"a": ("1", {"a.html": "a"})}

    def index(site, _):
        (site / "index").write_text("found")
        return True

    assert write(layer(**units), folder, lambda *_: False) == (1, 1)
    assert held(folder) == {"a.html": "a"}
    assert write(layer(**units), folder, index) == (1, 0)
    assert held(folder) == {"a.html": "a", "index": "found"}
    stands = folder.resolve()
    assert write(layer(**units), folder, lambda *_: False) == (1, 0)
    assert folder.resolve() == stands


def searched(**shelves):
    """A plan of pages that are searched: by name the key and the shelf."""

    def unit(name, key, shelf):
        page = f"<!doctype html><html lang={name[:2]}><title>T</title><main data-pagefind-body>{key}.</main></html>"
        return Unit(name, key, lambda: Files({f"{name}.html": page}, {}), f"{name}.html", shelf)

    return lambda _: SitePlan((Layer(lambda _: [unit(name, *told) for name, told in shelves.items()]),))


@pytest.fixture(scope="module")
def indexed(tmp_path_factory):
    """A site of two pages, and what pagefind makes of it. It knows no word stems of Czech."""
    site = tmp_path_factory.mktemp("indexed") / "site"
    write(searched(en=("Ten", "one"), cs=("Deset", "one")), site)
    made = site.parent / "made"
    command = [sys.executable, "-m", "pagefind", "--site", str(site), "--output-path", str(made), "--quiet"]
    subprocess.run(command, check=True, capture_output=True)
    return site, made


@pytest.mark.search_index
@pytest.mark.parametrize(
    "spoilt",
    ["fragment/*", "index/*", "*.pf_meta", "wasm.en*", "wasm.unknown*", "pagefind-entry.json", "pagefind.js", None],
)
@pytest.mark.parametrize("spoil", [lambda file: file.write_bytes(b""), lambda file: file.unlink()])
def test_an_index_with_a_file_that_the_disk_did_not_take_is_none(indexed, tmp_path, monkeypatch, spoilt, spoil):
    """pagefind says nothing of it and ends well."""
    site, (published, made) = tmp_path / "site", indexed
    shutil.copytree(published.parent, tmp_path, symlinks=True, dirs_exist_ok=True)

    def spoiling(command, **_how):
        part = Path(command[command.index("--output-path") + 1])
        shutil.copytree(made, part)
        if spoilt:
            spoil(next(part.glob(spoilt)))

    monkeypatch.setattr(subprocess, "run", spoiling)
    assert search.index(site) is (spoilt is None)
    assert (site / search.FOLDER).exists() is (spoilt is None)


@pytest.mark.search_index
def test_a_page_that_changed_costs_its_part_of_the_index(tmp_path, monkeypatch):
    """Pages of one shelf are in one part; a part that somebody may be searching outlives one publication, not two."""
    site, made = tmp_path / "site", []

    def make(folder, name, _site, pages):
        (folder / name).mkdir()
        (folder / name / "pagefind-entry.json").write_text('{"languages": {"en": {}}}')
        made.append((name, set(pages)))
        return True

    monkeypatch.setattr(search, "_make", make)
    monkeypatch.setattr(search, "_MOST_PAGES", 4)
    units = {f"en{n}": ("1", f"shelf {n // 2}") for n in range(32)}
    listing, parts = site / search.FOLDER / search.LISTING, {}
    for key in ("1", "2", "3"):
        made.clear()
        units["en0"] = (key, "shelf 0")
        write(searched(**units), site, search.index)
        parts[key] = dict(made)
    assert len(parts["1"]) > 2
    assert sorted(page for pages in parts["1"].values() for page in pages) == sorted(f"{name}.html" for name in units)
    assert all(
        {"en0.html", "en1.html"} <= pages or not {"en0.html", "en1.html"} & pages for pages in parts["1"].values()
    )
    assert [len(parts[key]) for key in ("2", "3")] == [1, 1]
    assert "en0.html" in next(iter(parts["3"].values()))
    whole = {name for name, pages in parts["1"].items() if "en0.html" not in pages}
    assert set(json.loads(listing.read_text())["languages"]["en"]) == whole | set(parts["3"])
    assert {file.name for file in listing.parent.iterdir() if file.is_dir()} == whole | set(parts["2"]) | set(
        parts["3"]
    )


def test_a_site_of_before_there_were_generations_is_replaced(tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "stale.html").write_text("stale")
    write(layer(a=("1", {"a.html": "a"})), folder)
    assert held(folder) == {"a.html": "a"}


def test_a_reader_never_sees_a_mixture(tmp_path):
    """A reader that follows the site's folder once reads one generation, also while the next is written. The one after
    that takes its place: a reader may be under way through one publication, not through two."""
    folder = tmp_path / "site"
    write(layer(**{f"u{n}": ("0", {f"{n}.html": "0"}) for n in range(50)}), folder)
    done, mixed, looks = threading.Event(), [], [0]

    def read():
        while not done.is_set():
            here = folder.resolve()
            found = {(here / f"{n}.html").read_text() for n in range(50)}
            looks[0] += 1
            if len(found) != 1:
                mixed.append(found)

    reader = threading.Thread(target=read)
    reader.start()
    for round_ in range(1, 30):
        write(layer(**{f"u{n}": (str(round_), {f"{n}.html": str(round_)}) for n in range(50)}), folder)
        since = looks[0]
        while looks[0] == since and reader.is_alive():
            time.sleep(0.001)
    done.set()
    reader.join()
    assert mixed == []
    assert looks[0] > 10


def test_publishing_again_from_the_store_makes_the_same_bytes(run, home, site):
    before = held(site)
    again = run("publish", "--home", home, "--json").json
    assert (again["files"], again["made"]) == (len(before), 0)
    assert held(site) == before
    remove(site)
    again = run("publish", "--home", home, "--json").json
    assert (again["files"], again["made"]) == (len(before), len(before))
    assert held(site) == before


def test_a_later_version_does_not_change_the_page_of_an_earlier(run, home, thread, web):
    run("thread", "silence", "--home", home)
    before = {p.name: p.read_bytes() for p in (home / "site/threads/silence/v1").iterdir() if p.is_file()}
    web.pages["/a"] = doubles.page("Silence and sums", *SILENCE, "The board ended the quiet ten on Friday.")
    assert run("thread", "silence", "--home", home, "--json").json["version"] == 2
    assert {p.name: p.read_bytes() for p in (home / "site/threads/silence/v1").iterdir() if p.is_file()} == before
