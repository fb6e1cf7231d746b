"""Who is who: one voice for all names of a person or a body, kept from version to version, and the operator's word."""

import random
from itertools import count

import pytest

from pipeline.records.pages import AlsoHeard, Evolution, Page, Perspective, Sentence, Side, Tension, Voice
from pipeline.records.threads import CastDecision
from pipeline.synthesize import cast
from pipeline.synthesize.answer import VoiceAnswer


def voice(entry, name, *also, **more):
    return Voice(id=entry, name=name, also=also, **more)


QUIST = voice("k1-1", "Ada Quist", "Quist", "aquist", role="chair", venue="The Courier", same_because=("c1",))
BOARD = voice("k1-2", "Vessmouth Board", "the Board")
KRAY = voice("k1-3", "Kray")
CAST = (QUIST, BOARD, KRAY)


def shape(voices):
    """The entries by id, as their names in order."""
    return {each.id: [each.name, *each.also] for each in voices}


# The writer's word.


def answered(before, *answers):
    numbers = count(1)
    filled = [VoiceAnswer(**{"also": [], "role": "", "venue": "", "same_because": [], **each}) for each in answers]
    return cast.with_answers(before, filled, tuple, lambda: f"k2-{next(numbers)}")


def test_what_the_writer_does_not_name_stays_and_who_is_new_comes_behind():
    found = answered(
        CAST,
        {"name": " Petra  Amaro ", "also": ["Amaro", "PETRA AMARO", "Amaro", " "], "role": "critic", "venue": "A blog"},
    )
    assert found[:3] == CAST
    assert found[3:] == (voice("k2-1", "Petra Amaro", "Amaro", role="critic", venue="A blog"),)


@pytest.mark.parametrize("name", ["Ada Quist", "Quist", "AQUIST", "ada  quist"])
def test_an_entry_is_known_by_any_of_its_names_and_keeps_id_name_and_all_names(name):
    found = answered(CAST, {"name": name, "also": ["A. Quist"], "role": "former chair"})
    assert [each.id for each in found] == ["k1-1", "k1-2", "k1-3"]
    assert found[0].name == "Ada Quist"
    assert {cast.key(each) for each in found[0].also} == {"quist", "aquist", "a. quist"}
    assert (found[0].role, found[0].venue, found[0].same_because) == ("former chair", "The Courier", ("c1",))


def test_who_signs_with_others_and_also_speaks_alone_stays_a_voice():
    names = ["Ada Quist", "Kray", "B. Orr"]
    found = answered((), {"name": "The authors of plan 4", "also": names}, {"name": "Ada Quist", "also": ["Quist"]})
    assert shape(found) == {"k2-1": ["The authors of plan 4", "Kray", "B. Orr"], "k2-2": ["Ada Quist", "Quist"]}


def test_why_names_are_one_is_resolved_and_an_answer_without_a_name_is_nothing():
    found = answered((KRAY,), {"name": "Kray", "also": ["bkray"], "same_because": ["c7"]}, {"name": "  "})
    assert found == (voice("k1-3", "Kray", "bkray", same_because=("c7",)),)
    assert answered((), {"name": "Kray", "same_because": []})[0].same_because is None


# The operator's.


def join(one, other):
    return CastDecision(same=True, one=one, other=other)


def part(one, other):
    return CastDecision(same=False, one=one, other=other)


DECIDED = {
    "joined: the entry that is named first keeps id and name": (
        [join("Kray", "Quist")],
        {"k1-2": ["Vessmouth Board", "the Board"], "k1-3": ["Kray", "Ada Quist", "Quist", "aquist"]},
    ),
    "parted: the name has an entry of its own": (
        [part("Ada Quist", "AQuist")],
        {"k1-1": ["Ada Quist", "Quist"], "k1-2": ["Vessmouth Board", "the Board"], "k1-3": ["Kray"], "k1-1-1": ["aquist"]},
    ),
    "parted from its own name: the entry keeps the other": (
        [part("aquist", "Ada Quist")],
        {"k1-1": ["aquist", "Quist"], "k1-2": ["Vessmouth Board", "the Board"], "k1-3": ["Kray"], "k1-1-1": ["Ada Quist"]},
    ),
    "joined, and parted after all": ([join("Kray", "the Board"), part("the Board", "kray")], shape(CAST)),
    "parted, and joined after all": ([part("Ada Quist", "aquist"), join("aquist", "Ada Quist")], shape(CAST)),
    "three joined, and the name that leaves is alone": (
        [join("Kray", "Quist"), join("Quist", "Vessmouth Board"), part("Quist", "Kray")],
        {"k1-1": ["Ada Quist", "Quist", "aquist", "Vessmouth Board", "the Board"], "k1-3": ["Kray"]},
    ),
    "what was parted is joined over a third": (
        [part("Ada Quist", "aquist"), join("Quist", "Kray"), join("aquist", "Kray"), join("Ada Quist", "Quist")],
        {"k1-1": ["Ada Quist", "Quist", "aquist", "Kray"], "k1-2": ["Vessmouth Board", "the Board"]},
    ),
    "names that nobody has": ([join("Kray", "Nobody"), part("Somebody", "Quist"), join("Any", "Other")], shape(CAST)),
    "what is so already": ([join("Ada Quist", "Quist"), part("Kray", "Quist")], shape(CAST)),
}  # fmt: skip


@pytest.mark.parametrize(("decisions", "wanted"), DECIDED.values(), ids=DECIDED)
def test_the_operators_word_wins(decisions, wanted):
    found = cast.decided(CAST, decisions)
    assert shape(found) == wanted
    assert cast.decided(found, decisions) == found, "decided once, it stays so"


def test_why_names_are_one_is_the_operators_word_where_they_joined_them():
    joined = cast.decided(CAST, [join("Ada Quist", "Kray")])
    assert joined[0].same_because is None
    assert (joined[0].role, joined[0].venue) == ("chair", "The Courier")
    assert cast.decided(CAST, [join("Kray", "the Board")])[0] == QUIST


def test_a_writer_who_joins_again_what_was_parted_is_not_heard():
    decisions = [part("Ada Quist", "aquist")]
    apart = cast.decided(CAST, decisions)
    for answer in ({"name": "Ada Quist", "also": ["aquist"]}, {"name": "aquist", "also": ["Ada Quist", "Quist"]}):
        assert shape(cast.decided(answered(apart, answer), decisions)) == shape(apart)


def test_whatever_was_decided_in_whatever_order_it_is_decided_once():
    """Chance: a writer who answers as they like, an operator who decides on what they are shown."""
    for seed in range(300):
        chance = random.Random(seed)
        names = list("ABCDEFG")
        voices = tuple(voice(f"k1-{n}", own, *also) for n, (own, *also) in enumerate(("AB", "C", "DEF", "G")))
        decisions = []
        for _ in range(6):
            if chance.random() < 0.3:
                voices = answered(voices, {"name": chance.choice(names), "also": chance.sample(names, 2)})
            shown = cast.decided(voices, decisions)
            one, other = chance.sample([name for each in shown for name in (each.name, *each.also)], 2)
            same = cast.find(shown, one) is not cast.find(shown, other)
            decisions.append(CastDecision(same=same, one=one, other=other))
            decided = cast.decided(voices, decisions)
            about = (seed, decisions)
            assert cast.decided(decided, decisions) == decided, about
            assert len({each.id for each in decided}) == len(decided), about
            assert one == other or (cast.find(decided, one) is cast.find(decided, other)) is same, about
            voices = decided if chance.random() < 0.5 else voices


# A page under the names of its cast.


def said(name):
    return Sentence(id=name, text="It stands.", claims=("c",), reading=False)


def test_a_page_names_each_voice_as_its_cast_does():
    page = Page(
        title="T",
        cast=CAST,
        narrative=(),
        timeline=(),
        perspectives=(
            Perspective(id="v1", voice="aquist", venue="", position=(said("s1"),), evolution=Evolution(word="new", since=1)),
            Perspective(id="v2", voice="Moss", venue="A paper", position=(said("s2"),), evolution=Evolution(word="new", since=1)),
        ),
        also_heard=(AlsoHeard(id="h1", voice="kray", sentences=(said("s3"),)),),
        tensions=(
            Tension(
                id="t1", state="open", opened_in=1, sentences=(said("s4"),), missing=(),
                sides=(
                    Side(answer="Yes", voice="Quist; the board ;Moss;aquist", sentences=(said("s5"),)),
                    Side(answer="No", voice="KRAY", sentences=(said("s6"),)),
                ),
            ),
        ),
        missing_voices=("aquist: never answers", "The pupils: nobody asked them", "the Board", "Kray"),
    )  # fmt: skip
    named = cast.with_one_name(page)
    assert [(each.voice, each.venue) for each in named.perspectives] == [
        ("Ada Quist", "The Courier"),
        ("Moss", "A paper"),
    ]
    assert [each.voice for each in named.also_heard] == ["Kray"]
    assert [side.voice for side in named.tensions[0].sides] == ["Ada Quist; Vessmouth Board; Moss", "Kray"]
    assert named.missing_voices == ("The pupils: nobody asked them", "the Board"), "who is heard is not missing"
    assert cast.with_one_name(named) == named


def test_a_name_is_first_that_of_the_entry_that_bears_it():
    assert cast.find([voice("k1", "Ada Quist", "Kray"), voice("k2", "Kray")], "KRAY").id == "k2"
    assert cast.find([voice("k1", "Ada Quist", "Kray")], "kray").id == "k1"
    assert cast.find(CAST, "Nobody") is None
