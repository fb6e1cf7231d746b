"""Who is who, and what a version lost, as an operator asks for it."""

import re
from pathlib import Path
from typing import Any

import pytest

from pipeline import testing
from pipeline.app.machine import Machine
from pipeline.records.replies import Request
from tests.app.test_cast import with_voices
from tests.conftest import ARTICLE, SILENCE, changing, follow, run_again

LONG = (
    "The board, which calls itself the School Board on its letters and the board in its minutes, has run the schools of "
    "the town since 1921, in which year the town had three."
)
WHY = "The study is not named there."
BOARD = "The board, also The School Board: runs the schools · a.example"


def striking_the_third(request: Request) -> Any:
    """The answer that the page's third sentence is not carried, and cannot be mended."""
    asked = testing.material(request)
    number = re.search(rf"^(\d+)\. \(.*{re.escape(SILENCE[2])}", asked, re.MULTILINE)[1]
    return testing.support_answer(asked, (int(number), WHY, ""))


@pytest.fixture
def followed(machine: Machine, pages: testing.PagesFromDict, script: testing.ScriptedModel) -> Machine:
    """A machine with one version of the thread `silence`: with several voices, and without its third sentence."""
    pages.pages[ARTICLE] = testing.article("Silence and sums", SILENCE[0], LONG, SILENCE[2])
    script.answers["page"] = changing("page", with_voices)
    script.answers["support"] = striking_the_third
    follow(machine, ARTICLE)
    run_again(machine)
    return machine


@pytest.fixture
def home(followed: Machine) -> Path:
    return followed.home


def test_the_cast_is_listed_with_the_words_that_make_names_one(run, home):
    lines = run("cast", "silence", "--home", home).out.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [
        "a.example: A venue", BOARD, "The council", "Ada Kerr", "A. Kerr",
    ]  # fmt: skip
    assert lines[2].startswith("  one voice by: The board, which calls itself the School Board")
    assert lines[2].endswith(" …")
    assert len(lines[2]) < 120
    told = run("cast", "silence", "--home", home, "--json").json
    assert (told["thread"], told["version"], told["waiting"]) == ("silence", 1, False)
    assert (told["cast"][1]["name"], told["cast"][1]["also"]) == ("The board", ["The School Board"])
    assert told["cast"][1]["words"] == [LONG]


def test_names_are_joined_and_parted(run, home, followed):
    joined = run("cast", "silence", "--join", "Ada Kerr", "A. Kerr", "--home", home)
    assert joined.code == 0
    assert joined.out.splitlines()[-2:] == [
        "Ada Kerr, also A. Kerr",
        "not in version 1 yet: the next run (`thread silence`) puts it on the page",
    ]
    parted = run("cast", "silence", "--part", "The board", "The School Board", "--home", home, "--json").json
    assert parted["waiting"]
    assert [voice["name"] for voice in parted["cast"]][1:] == [
        "The board",
        "The council",
        "Ada Kerr",
        "The School Board",
    ]
    assert run_again(followed).version == 2
    told = run("cast", "silence", "--home", home, "--json").json
    assert (told["version"], told["waiting"], told["cast"]) == (2, False, parted["cast"])
    assert "puts it on the page" not in run("cast", "silence", "--home", home).out


def test_a_name_that_nobody_has_is_told_with_those_that_are_near(run, home):
    ended = run("cast", "silence", "--join", "Ada Kerr", "The bord", "--home", home)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error: the cast has no 'The bord': near are 'The board'")
    assert run("cast", "silence", "--join", "Ada Kerr", "--home", home).code == 2


def test_what_a_version_lost_is_told(run, home, followed):
    assert run("show", "silence", "--losses", "--home", home).out.splitlines() == [
        f"verify      struck    {SILENCE[2]}",
        f"                      why: {WHY}",
    ]
    lost = {"stage": "verify", "done": "struck", "text": SILENCE[2], "reason": WHY, "claims": []}
    for words in (["--json"], ["--format", "json"], ["--version", "1", "--json"]):
        told = run("show", "silence", "--losses", *words, "--home", home).json
        assert told == {"thread": "silence", "version": 1, "losses": [lost]}
    assert run("show", "silence", "--losses", "--version", "2", "--home", home).code == 2


def test_a_version_that_lost_nothing_says_so(run, home, followed, script):
    script.answers["support"] = testing.honest()["support"]
    followed.join("silence", "Ada Kerr", "A. Kerr")
    run_again(followed, "synthesize")
    assert run("show", "silence", "--losses", "--home", home).out == "version 2 lost nothing\n"
    assert "struck" in run("show", "silence", "--losses", "--version", "1", "--home", home).out
