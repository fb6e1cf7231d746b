"""What changed between two versions: counted, named, and readable without colour."""

import re

from lxml import html as lxml_html

from pipeline.publish.diff import difference
from pipeline.records.pages import Version
from tests import doubles
from tests.conftest import SILENCE
from tests.test_thread import ran, shown

MORE = "A councillor put the cost at 6.1 million crowns, once the cover teachers had been counted in it."


def two_versions(run, home, web, model):
    """A thread whose second version keeps one sentence, rewords one, loses one and gains one."""
    web.pages["/feed"] = doubles.feed(web.base, ("Silence and sums", "/a"))
    run("new", "silence", "--title", "S", "--feed", f"{web.base}/feed", "--home", home)
    ran(run, home)
    web.pages["/b"] = doubles.page("The cost", MORE, "The board's own figure is 4.2 million crowns for two years.")
    web.pages["/feed"] = doubles.feed(web.base, ("The cost", "/b"), ("Silence and sums", "/a"))

    def edits(body):
        answer = doubles.honest(body)
        if doubles.form_name(body) == "update":
            material = body["messages"][1]["content"]
            stood = re.findall(r"^ +(s[\d-]+): (.*) \[(c\d+)\]$", material, re.MULTILINE)[:3]
            third = doubles.slot((stood[2][2], "fact", SILENCE[2].replace("A replication", "A second replication")))
            more = next(s for s in answer["narrative"][0]["sentences"] if s["text"] == MORE)
            answer["narrative"][0]["sentences"] = [doubles.keep(stood[0][0]), third, more]
        return answer

    model.answer = edits
    assert ran(run, home).json["version"] == 2


def test_every_sentence_is_told_once(run, home, web, model):
    two_versions(run, home, web, model)
    found = run("diff", "silence", 1, 2, "--home", home, "--json").json
    narrative = next(s for s in found["sections"] if s["name"] == "Narrative")
    kinds = [(s["kind"], s["text"]) for s in narrative["parts"][0]["sentences"]]
    assert kinds == [
        ("kept", SILENCE[0]),
        ("reworded", SILENCE[2].replace("A replication", "A second replication")),
        ("added", MORE),
        ("removed", SILENCE[1]),
    ]
    words = narrative["parts"][0]["sentences"][1]["words"]
    assert [(w["kind"], w["text"].strip()) for w in words if w["kind"] != "kept"] == [("added", "second")]
    assert [s.partition(" - ")[2] for s in found["new_sources"]] == ["A feed"]


def test_the_terminal_marks_what_changed_by_sign(run, home, web, model):
    two_versions(run, home, web, model)
    out = run("diff", "silence", 1, 2, "--home", home).out
    assert f"  + {MORE}" in out
    assert f"  - {SILENCE[1]}" in out
    assert "A {+second+} replication" in out
    assert SILENCE[0] not in out.partition("\nNarrative: ")[2].partition("\n\n")[0]


def test_the_page_between_neighbours_says_it_without_colour(run, home, web, model):
    two_versions(run, home, web, model)
    site = home / "site/threads/silence"
    tree = lxml_html.document_fromstring((site / "v2/changes/index.html").read_bytes())
    assert any(MORE in e.text_content() and "added: " in e.text_content() for e in tree.cssselect("ins"))
    assert any(SILENCE[1] in e.text_content() and "removed: " in e.text_content() for e in tree.cssselect("del"))
    history = (site / "history/index.html").read_text()
    assert "What changed" in history
    assert "1 reworded" in history
    assert not (site / "v1/changes").exists()


def test_a_version_does_not_differ_from_itself(run, home, web, model):
    two_versions(run, home, web, model)
    version = Version.model_validate(shown(run, home))
    same = difference(version, version)
    assert (same.sections, same.title, same.new_sources) == ((), None, ())
    assert {kind for kind, number in same.counts.items() if number} == {"kept"}


def test_the_other_way_round_it_is_the_other_way_round(run, home, web, model):
    two_versions(run, home, web, model)
    there = run("diff", "silence", 1, 2, "--home", home, "--json").json["counts"]
    back = run("diff", "silence", 2, 1, "--home", home, "--json").json["counts"]
    assert (there["added"], there["removed"]) == (back["removed"], back["added"])
    assert (there["kept"], there["reworded"]) == (back["kept"], back["reworded"])


def test_versions_that_do_not_exist(run, home, web, model):
    two_versions(run, home, web, model)
    ended = run("diff", "silence", 1, 7, "--home", home)
    assert (ended.code, "has no version 7" in ended.err) == (2, True)
