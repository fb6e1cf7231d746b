"""What changed between two versions: counted, named, and readable without colour."""

import re

import pytest
from lxml import html as lxml_html

from pipeline import testing
from pipeline.publish.diff import difference
from pipeline.records.pages import Paragraph
from tests.conftest import ARTICLE, SILENCE, follow, run_again
from tests.publish.test_records import ENDED, Tree, full, say, site_of, version

MORE = "A councillor put the cost at 6.1 million crowns, once the cover teachers had been counted in it."


@pytest.fixture
def two_versions(machine, pages, script):
    """A thread whose second version keeps one sentence, rewords one, loses one and gains one."""
    feed, other = "http://a.example/feed", "http://b.example/b"
    pages.pages[feed] = testing.feed(("Silence and sums", ARTICLE))
    follow(machine, feeds=[feed])
    run_again(machine)
    pages.pages[other] = testing.article(
        "The cost", MORE, "The board's own figure is 4.2 million crowns for two years."
    )
    pages.pages[feed] = testing.feed(("The cost", other), ("Silence and sums", ARTICLE))

    def edits(request):
        asked = testing.material(request)
        answer = testing.update_answer(asked)
        paragraph, added = answer["narrative"]
        narrative = asked.partition("## Narrative")[2]
        first, _, third = re.findall(r"^ +(s[\d-]+): .* \[([\d.]+)\]$", narrative, re.MULTILINE)[:3]
        reworded = testing.sentence((third[1], SILENCE[2].replace("A replication", "A second replication")))
        more = next(each for each in added["sentences"] if each["text"] == MORE)
        answer["narrative"] = [{"id": paragraph, "theme": "", "sentences": [first[0], reworded, more]}]
        return answer

    script.answers["update"] = edits
    assert run_again(machine).version == 2
    return machine


def test_every_sentence_is_told_once(two_versions):
    found = two_versions.queries.difference("silence", 1, 2)
    narrative = next(section for section in found.sections if section.name == "Narrative")
    sentences = narrative.parts[0].sentences
    assert [(sentence.kind, sentence.text) for sentence in sentences] == [
        ("kept", SILENCE[0]),
        ("reworded", SILENCE[2].replace("A replication", "A second replication")),
        ("added", MORE),
        ("removed", SILENCE[1]),
    ]
    words = [(run.kind, run.text.strip()) for run in sentences[1].words if run.kind != "kept"]
    assert words == [("added", "second")]
    assert [source.partition(" - ")[2] for source in found.new_sources] == ["A feed"]


def test_the_terminal_marks_what_changed_by_sign(two_versions, run):
    out = run("diff", "silence", 1, 2, "--home", two_versions.home).out
    assert f"  + {MORE}" in out
    assert f"  - {SILENCE[1]}" in out
    assert "A {+second+} replication" in out
    assert SILENCE[0] not in out.partition("\nNarrative: ")[2].partition("\n\n")[0]


def test_the_command_gives_the_same_as_json_and_refuses_what_there_is_not(two_versions, run):
    told = run("diff", "silence", 1, 2, "--home", two_versions.home, "--json").json
    assert told == two_versions.queries.difference("silence", 1, 2).model_dump(mode="json")
    assert told["counts"]["reworded"] == 1
    ended = run("diff", "silence", 1, 7, "--home", two_versions.home)
    assert (ended.code, "has no version 7" in ended.err) == (2, True)


def test_the_page_between_neighbours_says_it_without_colour(two_versions):
    two_versions.publish()
    site = two_versions.site_folder / "threads/silence"
    tree = lxml_html.document_fromstring((site / "v2/changes/index.html").read_bytes())
    assert any(MORE in e.text_content() and "added: " in e.text_content() for e in tree.cssselect("ins"))
    assert any(SILENCE[1] in e.text_content() and "removed: " in e.text_content() for e in tree.cssselect("del"))
    history = (site / "history/index.html").read_text()
    assert "What changed" in history
    assert "1 reworded" in history
    assert not (site / "v1/changes").exists()


def narrated(number, **paragraphs):
    """A version whose narrative has these sentences, by the themes of its paragraphs."""
    sentences = {theme: tuple(say(f"{word} it is.") for word in words.split()) for theme, words in paragraphs.items()}
    return version(number, narrative=tuple(Paragraph(id=t, theme=t, sentences=said) for t, said in sentences.items()))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"one": "a b c", "two": "d"}, {"one": "a c", "two": "d b"}, {"two": {"kept": "d", "moved": "b"}}),
        ({"one": "a b c d"}, {"one": "d a b c"}, {"one": {"moved": "d", "kept": "a b c"}}),
        ({"one": "a b", "two": "c"}, {"two": "c a b"}, {"two": {"kept": "c", "moved": "a b"}}),
        ({"one": "a b"}, {"one": "a b"}, {}),
    ],
)
def test_what_stands_elsewhere_in_its_section_has_moved_and_is_told_where_it_is_now(before, after, told):
    found = difference(narrated(1, **before), narrated(2, **after))
    parts = {part.label: part.sentences for section in found.sections for part in section.parts}
    by_kind = {
        label: {kind: " ".join(s.text[0] for s in sentences if s.kind == kind) for kind in ("kept", "moved")}
        for label, sentences in parts.items()
    }
    assert by_kind == told
    assert found.counts["moved"] == sum(len(kinds["moved"].split()) for kinds in told.values())
    assert (found.counts["added"], found.counts["removed"]) == (0, 0)


def test_the_whole_has_what_stayed_too_and_the_page_shows_it_when_its_box_is_ticked(tmp_path):
    versions = narrated(1, one="a b", two="c"), narrated(2, one="b a", two="c")
    assert [p.label for s in difference(*versions).sections for p in s.parts] == ["one"]
    narrative = next(s for s in difference(*versions, whole=True).sections if s.name == "Narrative")
    assert [(part.label, part.kind) for part in narrative.parts] == [("one", "reworded"), ("two", "kept")]
    page = lxml_html.parse(site_of(tmp_path, *versions) / "threads/t/v2/changes/index.html").getroot()
    assert [box.get("type") for box in page.cssselect("label input")] == ["checkbox"]
    assert ["moved: " in p.text_content() for p in page.cssselect(".change.moved")] == [True]
    assert [p.text for p in page.cssselect("div.kept .change") if "it is" in p.text] == ["c it is."]


def test_a_version_does_not_differ_from_itself(two_versions):
    version = two_versions.queries.version("silence")
    same = difference(version, version)
    assert (same.sections, same.title, same.new_sources) == ((), None, ())
    assert {kind for kind, number in same.counts.items() if number} == {"kept"}


def test_the_other_way_round_it_is_the_other_way_round(two_versions):
    there = two_versions.queries.difference("silence", 1, 2).counts
    back = two_versions.queries.difference("silence", 2, 1).counts
    assert (there["added"], there["removed"]) == (back["removed"], back["added"])
    assert (there["kept"], there["reworded"]) == (back["kept"], back["reworded"])


def test_history_says_what_each_version_brought_and_repeats_no_title_and_no_nothing(tmp_path):
    titled = full().model_copy(update={"thread": full().thread.model_copy(update={"title": "An older thesis"})})
    second = full(2, whats_new=(say("It ended late.", ENDED), say("Nobody knows why.", ENDED)))
    page = Tree(site_of(tmp_path, titled, second) / "threads/t/history/index.html")
    assert page.texts(".history .as") == ["It ended late.", "An older thesis", "They dispute it."]
    [counted] = [line for line in page.texts(".history .from") if line.startswith("What changed:")]
    assert re.findall(r"\b0 ", counted) == []


def test_a_reader_of_any_of_the_last_five_versions_finds_what_changed_since(tmp_path):
    words = "abcdefgh"
    versions = [narrated(n, one=" ".join(words[:n])) for n in range(1, 8)]
    thread = site_of(tmp_path, *versions) / "threads/t"
    history = lxml_html.parse(thread / "history/index.html").getroot()
    links = {
        int(li.get("value")): [a.get("href") for a in li.cssselect("a") if a.text.startswith("What changed since")]
        for li in history.cssselect(".history li")
    }
    assert links == {7: [], 1: [], 6: ["../v7/changes/index.html"]} | {
        n: [f"../since/v{n}/index.html"] for n in range(2, 6)
    }
    page = lxml_html.parse(thread / "since/v4/index.html").getroot()
    assert page.cssselect("h1")[0].text == "What changed since version 4"
    assert [ins.text_content() for ins in page.cssselect(".change.added ins")] == [
        f"added: {word} it is." for word in words[4:7]
    ]
    for file in (thread / "history/index.html", thread / "since/v4/index.html"):
        for _, _, link, _ in lxml_html.parse(file).getroot().iterlinks():
            assert (file.parent / link.partition("#")[0]).resolve().exists(), link
