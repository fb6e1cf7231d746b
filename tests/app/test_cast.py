"""Who is who: the operator's word on a thread's cast, and what the next run makes of it."""

from typing import Any

import pytest

from pipeline import MachineError, testing
from pipeline.app.machine import Machine
from pipeline.errors import BusyError
from tests.conftest import ARTICLE, changing, follow, run_again

pytestmark = pytest.mark.both_databases(every=3)


def with_voices(page: dict[str, Any]) -> None:
    """Puts four more entries into the cast of a page; two names of one of them are one by what the second sentence
    says. Two have a position on the page."""
    sentences = page["narrative"][0]["sentences"]
    names = [("The board", ["The School Board"]), ("The council", []), ("Ada Kerr", []), ("A. Kerr", [])]
    page["cast"] += [{"name": name, "also": also, "role": "", "venue": "", "same_because": []} for name, also in names]
    page["cast"][1] |= {"role": "runs the schools", "venue": "a.example", "same_because": sentences[1]["cites"]}
    page["perspectives"] = [
        {"voice": voice, "position": [sentence]}
        for voice, sentence in zip(("Ada Kerr", "The School Board"), sentences, strict=False)
    ]


@pytest.fixture
def followed(machine: Machine, script: testing.ScriptedModel) -> Machine:
    """A machine with one version of the thread `silence`, which has these voices."""
    script.answers["page"] = changing("page", with_voices)
    follow(machine, ARTICLE)
    run_again(machine)
    return machine


def names(machine: Machine) -> dict[str, tuple[str, ...]]:
    """The cast, but for the article's own voice: the other names of each."""
    return {voice.name: voice.also for voice in machine.cast("silence").voices[1:]}


AS_WRITTEN = {"The board": ("The School Board",), "The council": (), "Ada Kerr": (), "A. Kerr": ()}


def test_the_cast_is_that_of_the_last_version_with_the_words_it_rests_on(followed):
    cast = followed.cast("silence")
    assert names(followed) == AS_WRITTEN
    assert (cast.version, cast.waiting) == (followed.show("silence"), False)
    assert [len(cast.words(voice)) for voice in cast.voices] == [0, 1, 0, 0, 0]
    assert cast.words(cast.voices[1])[0].startswith("The board said: ")


def test_names_that_are_joined_are_one_voice_from_the_next_run_on(followed):
    """Without any news: a run looks at the page again because of the decision alone, and once."""
    followed.join("silence", "a. kerr", "ADA KERR")
    joined = {"The board": ("The School Board",), "The council": (), "A. Kerr": ("Ada Kerr",)}
    assert names(followed) == joined
    assert followed.cast("silence").waiting
    assert [part.voice for part in followed.show("silence").perspectives] == ["Ada Kerr", "The board"]
    assert [(thread.slug, why) for thread, why in followed.queue()[0].due] == [("silence", "news waits")]
    report = run_again(followed)
    assert (report.outcome, report.version) == ("new version", 2)
    assert names(followed) == joined
    assert not followed.cast("silence").waiting
    assert [part.voice for part in followed.show("silence").perspectives] == ["A. Kerr", "The board"]
    report = run_again(followed)
    assert (report.outcome, report.model_calls) == ("nothing new", 0)


def test_a_name_that_is_parted_has_an_entry_of_its_own(followed):
    followed.part("silence", "the board", "the school board")
    assert names(followed) == {**AS_WRITTEN, "The board": (), "The School Board": ()}
    assert run_again(followed).version == 2
    assert names(followed) == {**AS_WRITTEN, "The board": (), "The School Board": ()}


def test_a_decision_taken_back_before_a_run_makes_no_version(followed):
    followed.join("silence", "Ada Kerr", "A. Kerr")
    followed.part("silence", "Ada Kerr", "A. Kerr")
    assert names(followed) == AS_WRITTEN
    assert not followed.cast("silence").waiting
    assert run_again(followed).outcome == "nothing new"


def test_a_decision_can_be_taken_back_after_a_run(followed):
    for decide in (followed.join, followed.part):
        decide("silence", "Ada Kerr", "A. Kerr")
        assert run_again(followed).outcome == "new version"
    assert names(followed) == AS_WRITTEN


def test_what_is_written_later_does_not_undo_a_decision(followed):
    followed.join("silence", "Ada Kerr", "A. Kerr")
    run_again(followed)
    run_again(followed, "synthesize")  # the model names both again
    assert names(followed)["Ada Kerr"] == ("A. Kerr",)
    assert "A. Kerr" not in names(followed)


WRONG = [
    ("join", "Ada Kerr", "Kerr", "the cast has no 'Kerr': near are .*'A. Kerr'"),
    ("join", "The bord", "Ada Kerr", "the cast has no 'The bord': near are 'The board'"),
    ("part", "The board", "Wxyz", "the cast has no 'Wxyz', nor a name near it"),
    ("join", "The board", "the school board", "'The board' and 'The School Board' are one voice already"),
    ("part", "Ada Kerr", "A. Kerr", "'Ada Kerr' and 'A. Kerr' are two voices already"),
    ("join", "Ada Kerr", "ada  kerr", "'Ada Kerr' is one name"),
    ("part", "Ada Kerr", "ADA KERR", "'Ada Kerr' is one name"),
]


@pytest.mark.parametrize(("decision", "name", "other", "says"), WRONG)
def test_what_cannot_be_decided_is_said_and_changes_nothing(followed, decision, name, other, says):
    with pytest.raises(MachineError, match=says):
        getattr(followed, decision)("silence", name, other)
    assert names(followed) == AS_WRITTEN
    assert run_again(followed).outcome == "nothing new"


def test_there_is_no_cast_before_the_first_version(machine):
    follow(machine, ARTICLE)
    for ask in (lambda: machine.cast("silence"), lambda: machine.join("silence", "Ada Kerr", "A. Kerr")):
        with pytest.raises(MachineError, match="has no version yet: run `thread silence`"):
            ask()


def test_a_thread_that_another_goes_on_with_is_decided_about_there(followed):
    followed.new("weir", "The weir", pages=[ARTICLE])
    followed.editor.merge("silence", "weir")
    with pytest.raises(MachineError, match="was merged into 'weir' before"):
        followed.join("silence", "Ada Kerr", "A. Kerr")


@pytest.mark.both_databases
def test_while_a_run_is_under_way_nothing_is_decided(followed):
    """The run has read the cast already: it would count the decision as done."""
    with followed.store.lock("silence", "a run"), pytest.raises(BusyError):
        followed.join("silence", "Ada Kerr", "A. Kerr")
    assert names(followed) == AS_WRITTEN


@pytest.mark.both_databases
def test_decisions_are_in_a_backup(followed, machines_on, script, tmp_path):
    followed.join("silence", "Ada Kerr", "A. Kerr")
    followed.editor.backup(tmp_path / "copy.db")
    other = machines_on(tmp_path / "other", script)
    other.editor.restore(tmp_path / "copy.db")
    assert names(other) == names(followed)
    assert other.run("silence").version == 2
