"""What changed between two versions: counted, named, and readable without colour."""

import re

import pytest
from lxml import html as lxml_html

from pipeline import testing
from pipeline.publish.diff import difference
from tests.conftest import ARTICLE, SILENCE, follow, run_again

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
