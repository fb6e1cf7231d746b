"""Kill and fault sweeps: a run is disturbed at every place where it changes something, and what is left is looked at.

    python -m tests.sweeps.calls                                  every point of every scene
    python -m tests.sweeps.calls --scene run --fault kill         one scene, one fault; both may be named again
    python -m tests.sweeps.calls --every 10                       every tenth point of each kind of call, at least one
    python -m tests.sweeps.calls --only run:kill:pwrite64:17      one point; failures are named so
    python -m tests.sweeps.calls --list                           the points, with what each call is made on

A point is a scene (`tests/sweeps/scenes.py`), a fault and a call: the n-th of its kind in an undisturbed run. The
program is run up to there on a fresh copy of the same home, as an operator would run it and with a fixed clock; then

    kill     it is killed as it makes the call
    enospc   the call says that the disk is full
    eio      the call says that the disk is broken
    full     the call, and every later one that takes space, says that the disk is full

What that leaves, and what the next run, undisturbed, makes of it, is held to `tests/sweeps/invariants.py`. The table
at the end says how many points were tried and which invariants were broken; the exit code is 1 where any was. Needs
Linux and strace, SQLite only, and nothing beyond loopback.

A kill takes what the program holds and leaves what it has handed to the system; what a power cut takes of the store is
tried in `tests/sweeps/test_power_cuts.py`. Batches are not tried, whose threads' calls have no one order. Sweeps know
nothing of each other: one for each fault, side by side, uses more cores.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.sweeps import trace
from tests.sweeps.homes import outside
from tests.sweeps.invariants import broken
from tests.sweeps.scenes import Scene, scenes
from tests.sweeps.trace import FAULTS, TAKE_SPACE, Call, Nursery


class Point(NamedTuple):
    """Where a run is disturbed, and how."""

    scene: Scene
    fault: str
    call: Call

    @property
    def name(self) -> str:
        return f"{self.scene.name}:{self.fault}:{self.call.kind}:{self.call.number}"


class Tried(NamedTuple):
    """A point, whether the fault came about there, and what was broken."""

    point: Point
    reached: bool
    broken: list[str]


def points(scene: Scene, faults: Sequence[str]) -> Iterator[Point]:
    """All of a scene's points: every fault at every call that it can come to. Migrations are killed only: what a disk
    says is the database's to judge, and the run's scene asks that."""
    for fault in faults:
        for call in scene.reference.calls:
            if scene.name.startswith("migrate") and fault != "kill":
                continue
            if fault == "full" and call.kind not in TAKE_SPACE:
                continue
            yield Point(scene, fault, call)


def sample(found: Sequence[Point], every: int, seed: int = 1) -> list[Point]:
    """Every so manieth point of each fault and kind of call, at least one, from a place that chance gives."""
    kinds: dict[tuple[str, str, str], list[Point]] = {}
    for point in found:
        kinds.setdefault((point.scene.name, point.fault, point.call.kind), []).append(point)
    chance = random.Random(seed)
    return [
        point for of_kind in kinds.values() for point in of_kind[chance.randrange(min(every, len(of_kind))) :: every]
    ]


def sweep(chosen: Sequence[Point]) -> Iterator[Tried]:
    for point in chosen:
        case = point.scene.disturbed(point.fault, point.call)
        yield Tried(point, case.reached, broken(point.scene, case))


def table(found: Sequence[Point], tried: Sequence[Tried]) -> str:
    """How many points each scene, fault and kind of call has, how many were tried, and what was broken there."""

    def row_of(point: Point) -> tuple[str, str, str]:
        return point.scene.name, point.fault, point.call.kind

    there, done = Counter(map(row_of, found)), Counter(row_of(each.point) for each in tried)
    missed = Counter(row_of(each.point) for each in tried if not each.reached)
    wrong: dict[tuple[str, str, str], Counter[str]] = {}
    for each in tried:
        names = (said.partition(":")[0] for said in each.broken)
        wrong.setdefault(row_of(each.point), Counter()).update(names)
    lines = [
        "| scene | fault | call | points | tried | not reached | invariants broken |",
        "|---|---|---|--:|--:|--:|---|",
    ]
    for row in done:
        said = ", ".join(f"{name} ×{number}" for name, number in wrong[row].items()) or "none"
        lines.append(f"| {' | '.join(row)} | {there[row]} | {done[row]} | {missed[row]} | {said} |")
    failed = sum(bool(each.broken) for each in tried)
    lines.append(
        f"| all | | | {len(found)} | {len(tried)} | {sum(missed.values())} | {failed} points broke something |"
    )
    return "\n".join(lines)


def main() -> int:
    chosen = _arguments()
    if why := trace.unusable():
        print(f"error: {why}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="sweep-") as folder, stage(Path(folder)) as every:
        set_up = [each for each in every if _is_named(each.name, chosen.scene)]
        if chosen.only:
            set_up = [each for each in set_up if any(name.startswith(f"{each.name}:") for name in chosen.only)]
        found = [point for scene in set_up for point in points(scene, chosen.fault or FAULTS)]
        at = [p for p in found if p.name in chosen.only] if chosen.only else sample(found, chosen.every, chosen.seed)
        if chosen.call:
            at = [point for point in at if point.call.kind in chosen.call]
        if chosen.list:
            print("\n".join(f"{point.name}  {point.call.on}" for point in at))
            return 0
        return _report(found, at)


@contextmanager
def stage(folder: Path) -> Iterator[list[Scene]]:
    """All scenes, ready, while their outside is there."""
    with outside() as world, closing(Nursery(folder)) as nursery:
        yield scenes(folder, world, nursery)


def _report(found: Sequence[Point], at: Sequence[Point]) -> int:
    began, tried = time.monotonic(), list[Tried]()
    for each in sweep(at):
        tried.append(each)
        verdict = "; ".join(each.broken) or ("ok" if each.reached else "ok, not reached")
        took = time.monotonic() - began
        print(f"{len(tried)}/{len(at)} {took:.0f} s  {each.point.name} ({each.point.call.on}): {verdict}", flush=True)
    print(f"\n{table(found, tried)}\n\n{time.monotonic() - began:.0f} s")
    failed = [each for each in tried if each.broken]
    for each in failed:
        print(f"--only {each.point.name}  {'; '.join(each.broken)}")
    return 1 if failed or not tried else 0


def _is_named(name: str, named: Sequence[str]) -> bool:
    return not named or any(name == each or name.startswith(f"{each}-") for each in named)


def _arguments() -> argparse.Namespace:
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("--scene", action="append", default=[], help="run, search, migrate, or one revision's migrate-X")
    words.add_argument("--fault", action="append", choices=FAULTS, help="only this fault")
    words.add_argument("--call", action="append", default=[], help="only this kind of call")
    words.add_argument("--every", type=int, default=1, help="only every so manieth point of each kind")
    words.add_argument("--seed", type=int, default=1, help="where that begins")
    words.add_argument("--only", action="append", default=[], metavar="POINT", help="only this point")
    words.add_argument("--list", action="store_true", help="name the points and do nothing")
    return words.parse_args()


if __name__ == "__main__":
    sys.exit(main())
