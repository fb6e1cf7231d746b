"""Who is who in a thread: one voice for all names of a person or a body, kept from version to version.

The writer says who is who; what a version has stays so until the writer or the operator says otherwise. The operator's
word is applied last and wins.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from itertools import count

from pipeline.records.pages import Page, Perspective, Voice
from pipeline.records.threads import CastDecision
from pipeline.synthesize.answer import VoiceAnswer
from pipeline.text import fold, one_line


@lru_cache(maxsize=10_000)
def key(name: str) -> str:
    """What two spellings of one name have in common."""
    return " ".join(fold(name).casefold().split())


def names_of(voice: Voice) -> set[str]:
    """The keys of all names of a voice."""
    return {key(name) for name in (voice.name, *voice.also)}


def find(cast: Iterable[Voice], name: str) -> Voice | None:
    """The voice of that name: by its own name first, then by another one."""
    voices = list(cast)
    wanted = key(name)
    own = next((voice for voice in voices if key(voice.name) == wanted), None)
    return own or next((voice for voice in voices if wanted in map(key, voice.also)), None)


def with_answers(
    before: Sequence[Voice],
    answers: Sequence[VoiceAnswer],
    claims_of: Callable[[Sequence[str]], tuple[str, ...]],
    new_id: Callable[[], str],
) -> tuple[Voice, ...]:
    """`before`, with what the writer says of the entries it names. An entry is known by its name or by any other name
    it had; it keeps its id, its name and all names it ever had. Who has an entry among the answers is nobody's other
    name: the signer of a joint paper who also speaks alone. `claims_of` resolves what an identity rests on."""
    cast = list(before)
    own_entries = {key(one_line(answer.name)) for answer in answers}
    for answer in answers:
        name = one_line(answer.name)
        if not name:
            continue
        known = find(cast, name)
        others = [other for each in answer.also if key(other := one_line(each)) not in own_entries]
        names = [name, *others, *((known.name, *known.also) if known else ())]
        own_name = known.name if known else name
        also = {key(other): other for other in names if other and key(other) != key(own_name)}
        because = claims_of(answer.same_because) or (known.same_because if known else None)
        voice = Voice(
            id=known.id if known else new_id(),
            name=own_name,
            also=tuple(also.values()),
            role=one_line(answer.role) or (known.role if known else ""),
            venue=one_line(answer.venue) or (known.venue if known else ""),
            same_because=because,
        )
        if known:
            cast[cast.index(known)] = voice
        else:
            cast.append(voice)
    return tuple(cast)


def decided(cast: Sequence[Voice], decisions: Sequence[CastDecision]) -> tuple[Voice, ...]:
    """`cast` after the operator's word: entries that have names of one voice are joined, a name that is another voice
    gets an entry of its own. Of decisions that contradict one another the later count; those about names that the cast
    does not have change nothing. A cast that is as decided stays what it is, to its ids."""
    owner = {key(name): voice for voice in reversed(cast) for name in voice.also}
    owner |= {key(voice.name): voice for voice in reversed(cast)}
    one_voice, apart = _said(decisions, owner)
    joined = [(group[0], name) for name, group in one_voice.items() if len(group) > 1]
    if not joined and not apart:
        return tuple(cast)
    tied = _groups(owner, [*joined, *((key(voice.name), name) for name, voice in owner.items())])
    leading = {owner[first].id for first, _ in joined}
    voices: list[Voice] = []
    for tie in dict.fromkeys(tied[key(voice.name)] for voice in cast):
        entries = [voice for voice in cast if key(voice.name) in tie]
        leaving = list(dict.fromkeys(frozenset(one_voice[other]) for one, other in apart if {one, other} <= tie))
        staying = tie.difference(*leaving)
        free = sorted(entries, key=lambda voice: voice.id not in leading)
        for names in [staying, *leaving] if staying else leaving:
            lead = next((voice for voice in free if key(voice.name) in names), None)
            if lead is None and names is staying:
                lead = next(voice for voice in entries if not names.isdisjoint(names_of(voice)))
            taken = {voice.id for voice in (*cast, *voices)}
            voices.append(_entry(names, lead, entries, [name for pair in reversed(apart) for name in pair], taken))
            free = [voice for voice in free if voice.id != voices[-1].id]
    places = {voice.id: place for place, voice in enumerate(cast)}
    return tuple(sorted(voices, key=lambda voice: places.get(voice.id, len(places))))


def _said(
    decisions: Iterable[CastDecision], names: Iterable[str]
) -> tuple[dict[str, tuple[str, ...]], list[tuple[str, str]]]:
    """What all decisions come to: for each of `names` those that are one voice, the one that leads them first; and the
    pairs that are two voices, the second of which leaves the first."""
    one_voice: dict[str, tuple[str, ...]] = {name: (name,) for name in names}
    apart: list[tuple[str, str]] = []
    for decision in decisions:
        one, other = key(decision.one), key(decision.other)
        if one == other or one not in one_voice or other not in one_voice:
            continue
        group = one_voice[one]
        if decision.same:
            group = tuple(dict.fromkeys((*group, *one_voice[other])))
            apart = [pair for pair in apart if not set(pair) <= set(group)]
        else:
            if other in group:
                one_voice[other] = (other,)
                led = (one, *group) if other == group[0] else group
                group = tuple(dict.fromkeys(name for name in led if name != other))
            apart.append((one, other))
        one_voice |= dict.fromkeys(group, group)
    return one_voice, apart


def _groups(names: Iterable[str], pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """For each name all that the pairs tie it to, itself included."""
    groups = {name: frozenset((name,)) for name in names}
    for one, other in pairs:
        group = groups[one] | groups[other]
        groups |= dict.fromkeys(group, group)
    return groups


def _entry(
    names: Collection[str], lead: Voice | None, entries: Sequence[Voice], decided_names: Sequence[str], taken: set[str]
) -> Voice:
    """The entry of `names`, which those of `entries` have: that of `lead`, or a new one."""
    spelt: dict[str, str] = {}
    for voice in (lead, *entries) if lead else entries:
        for name in (voice.name, *voice.also):
            if key(name) in names:
                spelt.setdefault(key(name), name)
    first = [key(lead.name), *decided_names] if lead else decided_names
    own = next((name for name in first if name in spelt), next(iter(spelt)))
    also = tuple(name for spelling, name in spelt.items() if spelling != own)
    if lead is None:
        new_id = next(new for n in count(1) if (new := f"{entries[0].id}-{n}") not in taken)
        return Voice(id=new_id, name=spelt[own], also=also)
    joined = sum(key(voice.name) in names for voice in entries) > 1
    because = None if joined else lead.same_because
    return lead.model_copy(update={"name": spelt[own], "also": also, "same_because": because})


def with_one_name(page: Page) -> Page:
    """`page`, with each voice under the name and at the venue that the cast has for it, and nobody missing who is
    heard. Several voices of one entry are joined by "; "."""

    def own_name(name: str) -> str:
        voice = find(page.cast, name)
        return voice.name if voice else name

    def own_names(names: str) -> str:
        return "; ".join(dict.fromkeys(own_name(name.strip()) for name in names.split(";") if name.strip()))

    perspectives = _joined(
        part.model_copy(update={"voice": own_name(part.voice), "venue": _venue(page, part.voice) or part.venue})
        for part in page.perspectives
    )
    heard = tuple(part.model_copy(update={"voice": own_names(part.voice)}) for part in page.also_heard)
    tensions = tuple(
        tension.model_copy(
            update={"sides": tuple(side.model_copy(update={"voice": own_names(side.voice)}) for side in tension.sides)}
        )
        for tension in page.tensions
    )
    figures = tuple(figure.model_copy(update={"voice": own_name(figure.voice)}) for figure in page.figures)
    spoken = {key(part.voice) for part in perspectives}
    spoken |= {key(name) for part in heard for name in part.voice.split(";")}
    missing = tuple(name for name in page.missing_voices if key(own_name(name.partition(":")[0])) not in spoken)
    return page.model_copy(
        update={
            "perspectives": perspectives,
            "also_heard": heard,
            "tensions": tensions,
            "figures": figures,
            "missing_voices": missing,
            "missing_because": {line: page.missing_because.get(line, ()) for line in missing},
        }
    )


def proven(page: Page, claims: Collection[str]) -> Page:
    """`page` with no other claims than `claims` behind its cast and its missing voices."""

    def kept(because: Sequence[str]) -> tuple[str, ...]:
        return tuple(claim for claim in because if claim in claims)

    voices = tuple(
        voice if voice.same_because is None else voice.model_copy(update={"same_because": kept(voice.same_because)})
        for voice in page.cast
    )
    absent = {line: kept(because) for line, because in page.missing_because.items()}
    return page.model_copy(update={"cast": voices, "missing_because": absent})


def _joined(perspectives: Iterable[Perspective]) -> tuple[Perspective, ...]:
    """The perspectives, with those of one voice as one: the first, with what the others hold behind it."""
    by_voice: dict[str, Perspective] = {}
    for part in perspectives:
        first = by_voice.setdefault(key(part.voice), part)
        if first is not part:
            position = (*first.position, *part.position)
            by_voice[key(part.voice)] = first.model_copy(update={"position": position})
    return tuple(by_voice.values())


def _venue(page: Page, name: str) -> str:
    voice = find(page.cast, name)
    return voice.venue if voice else ""
