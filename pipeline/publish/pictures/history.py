"""How a thread changed over its versions: what of a page was kept, and how a voice's position moved."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.publish.cast import names_of
from pipeline.publish.diff import Kind
from pipeline.publish.pictures import LEAST
from pipeline.records.pages import Version


class Step(NamedTuple):
    """How a voice's position evolved in one version: a word of its `Evolution`, or "none" where it had none there."""

    version: int
    word: str


def steps_of(voice: str, versions: Sequence[Version]) -> tuple[Step, ...]:
    """The positions over the versions, oldest first, of a voice of the last. It is the same voice in an earlier one
    where any of its names is, by the cast of either and whatever its case."""
    names = names_of(voice, versions[-1].cast)
    steps = []
    for version in versions:
        perspective = next((p for p in version.perspectives if names & names_of(p.voice, version.cast)), None)
        changed = perspective is not None and perspective.evolution.since == version.version
        word = "none" if perspective is None else perspective.evolution.word if changed else "unchanged"
        steps.append(Step(version.version, word))
    return tuple(steps)


def stretches_of(steps: Sequence[Step]) -> tuple[tuple[int, int, str], ...]:
    """The steps, those of one word that follow one another together: the first version, the last, and the word."""
    stretches: list[tuple[int, int, str]] = []
    for step in steps:
        is_same = bool(stretches) and stretches[-1][2] == step.word
        first = stretches.pop()[0] if is_same else step.version
        stretches.append((first, step.version, step.word))
    return tuple(stretches)


def kept_shares(changes: Mapping[int, Mapping[Kind, int]]) -> dict[int, float]:
    """What share (0 to 1) of each version's sentences the version before has too, wherever on the page; nothing for
    fewer than three versions. `changes` counts the sentences of each version but the first, by what became of them."""
    if len(changes) + 1 < LEAST:
        return {}
    shares = {}
    for version, counts in changes.items():
        kept = counts.get("kept", 0) + counts.get("moved", 0)
        total = kept + counts.get("reworded", 0) + counts.get("added", 0)
        shares[version] = kept / total if total else 0.0
    return shares
