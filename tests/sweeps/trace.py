"""Which calls of a program change something, and a fault at one of them: strace finds the first and does the second.

Calls are counted as strace counts them: each kind apart, for the program's first thread. A run without parallelism has
only that one; a program that has more is refused, because no count would mean the same call twice. What the program
starts (pagefind) is not traced with it; its own faults are a scene of their own.

An injected KILL comes in place of the call, so that killing at each call in turn leaves every state the program passes
through. An injected error comes in place of the call too.
"""

import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tests import ROOT

LONGEST_S = 150
"""A run that has not ended by then hangs. One whose search index cannot be written waits for it for more than 60."""

_DISK = ("write", "writev", "pwrite64", "pwritev", "pwritev2", "fallocate", "ftruncate", "truncate", "copy_file_range")
_NAMES = ("mkdir", "mkdirat", "link", "linkat", "symlink", "symlinkat", "rename", "renameat", "renameat2")
_REST = (
    "fsync",
    "fdatasync",
    "unlink",
    "unlinkat",
    "rmdir",
    "chmod",
    "fchmod",
    "fchmodat",
    "utimensat",
    "openat",
    "open",
)
LOCKS = ("flock", "fcntl")
OUTSIDE = ("connect", "sendto", "sendmsg")
CHANGING = (*_DISK, *_NAMES, *_REST, *LOCKS, *OUTSIDE)
TAKE_SPACE = frozenset((*_DISK, *_NAMES))
"""Calls that a full disk refuses."""

_STARTS = ("execve", "clone", "clone3", "fork", "vfork")
_LINE = re.compile(r"(?:(\d+) +)?([a-z0-9_]+)\((.*)")
_OPEN_FILE, _NAME = re.compile(r"(\d+)<(.*?)>"), re.compile(r'"([^"]*)"')
FAULTS = ("kill", "enospc", "eio", "full")


class Call(NamedTuple):
    """The `number`th call of its `kind`; what it is made on; and how many of each kind came before it."""

    kind: str
    number: int
    on: str
    before: Mapping[str, int]

    @property
    def shows(self) -> bool:
        """Whether it writes to the terminal: a message cannot be asked of a program that may not say it."""
        return self.kind == "write" and self.on.startswith(("1 ", "2 "))


class Ended(NamedTuple):
    """How a command ended: `code` None where it had to be ended, negative where a signal did it."""

    code: int | None
    out: str
    err: str


def unusable() -> str | None:
    """Why faults cannot be injected here, or None where they can."""
    if not shutil.which("strace"):
        return "strace is not installed"
    tried = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, text=True)
    return f"strace may not trace: {tried.stderr.strip()}" if tried.returncode else None


class Nursery:
    """Runs commands as children of one program that has imported all of it (`nursery.py`)."""

    def __init__(self, folder: Path) -> None:
        self._out, self._err = folder / "out", folder / "err"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.sweeps.nursery"],
            cwd=ROOT,
            env={**kept, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )

    def close(self) -> None:
        self._program.communicate()

    def run(self, moment: str, words: Sequence[str], *, traced: Sequence[str] = (), python: str = "") -> Ended:
        """A command, to its end: under the tracer of these words where there are some."""
        order = {"moment": moment, "words": [*words], "python": python, "waits": bool(traced)}
        self._say({**order, "out": str(self._out), "err": str(self._err)})
        child = int(self._hear(LONGEST_S) or 0)
        tracer = _taken(child, traced) if traced else None
        code = self._hear(LONGEST_S)
        with suppress(ProcessLookupError):  # one that hangs; or what it started, where that outlives it
            os.killpg(child, signal.SIGKILL)
        if code is None:
            self._hear(LONGEST_S)
        if tracer:
            tracer.wait()
        return Ended(
            None if code is None else int(code), *(f.read_text(errors="replace") for f in (self._out, self._err))
        )

    def _say(self, order: object) -> None:
        assert self._program.stdin
        self._program.stdin.write(json.dumps(order).encode() + b"\n")

    def _hear(self, seconds: float) -> str | None:
        """The next line, or None where there is none in time."""
        assert self._program.stdout
        ready, _, _ = select.select([self._program.stdout], [], [], seconds)
        return self._program.stdout.readline().decode() if ready else None


def _taken(child: int, words: Sequence[str]) -> subprocess.Popen[bytes]:
    """Lets a child that waits go on under the tracer."""
    status = Path(f"/proc/{child}/status")
    _wait_for(lambda: "State:\tT" in status.read_text())
    tracer = subprocess.Popen([*words, "-p", str(child)], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _wait_for(lambda: tracer.poll() is not None or "TracerPid:\t0" not in status.read_text())
    assert tracer.poll() is None, "strace may not attach to a program"
    os.kill(child, signal.SIGCONT)
    return tracer


def _wait_for(so: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST_S
    while not so():
        assert time.monotonic() < end, "the tracer did not come"
        time.sleep(0.002)


def watching(log: Path) -> list[str]:
    """A tracer that writes down the calls that change something."""
    return [*_strace(log), "-y", "-e", f"trace={','.join((*CHANGING, *_STARTS))}"]


def faulty(fault: str, call: Call, log: Path) -> list[str]:
    """A tracer that makes the fault happen at the call. A full disk refuses everything that takes space from there on;
    yet what the program says is heard where the call is not itself a write."""
    if fault == "full":
        counts = {kind: call.before.get(kind, 0) + 1 for kind in sorted(TAKE_SPACE - {"write"})}
        if call.kind == "write":
            counts["write"] = call.number
        faults = [f"inject={kind}:error=ENOSPC:when={number}+" for kind, number in counts.items()]
    else:
        does = {"kill": "signal=KILL", "enospc": "error=ENOSPC", "eio": "error=EIO"}[fault]
        counts = {call.kind: call.number}
        faults = [f"inject={call.kind}:{does}:when={call.number}"]
    return [*_strace(log), "-e", f"trace={','.join(counts)}", *(word for each in faults for word in ("-e", each))]


def happened(log: Path) -> bool:
    """Whether a fault came about."""
    said = log.read_text(errors="replace")
    return "(INJECTED)" in said or "killed by SIGKILL" in said


def _strace(log: Path) -> list[str]:
    return ["strace", "-q", "-o", str(log)]


def calls(log: Path) -> list[Call]:
    """The calls of the program's first thread that change something, in order."""
    made = [(found[2], found[3]) for line in _lines(log) if (found := _LINE.match(line))]
    if any(kind.startswith("clone") and "CLONE_THREAD" in rest for kind, rest in made):
        raise AssertionError("the program has threads: its calls cannot be counted")
    return _changing(made)


def most_of_one(log: Path) -> list[Call]:
    """For each kind, as many calls as the one process or thread makes that makes most of them: where several are at
    work at once there is no order, and a fault at a number comes to each that gets so far."""
    whose: dict[str, list[tuple[str, str]]] = {}
    for line in _lines(log):
        if found := _LINE.match(line):
            whose.setdefault(found[1], []).append((found[2], found[3]))
    most: dict[str, list[Call]] = {}
    for made in whose.values():
        by_kind: dict[str, list[Call]] = {}
        for call in _changing(made):
            by_kind.setdefault(call.kind, []).append(call._replace(before={}))
        most |= {kind: found for kind, found in by_kind.items() if len(found) > len(most.get(kind, ()))}
    return [call for found in most.values() for call in found]


def _lines(log: Path) -> list[str]:
    return log.read_text(errors="replace").splitlines()


def _changing(made: Iterable[tuple[str, str]]) -> list[Call]:
    found, counts = [], Counter[str]()
    for kind, rest in made:
        if kind in CHANGING and _changes(kind, rest):
            found.append(Call(kind, counts[kind] + 1, _subject(rest), dict(counts)))
        counts[kind] += 1
    return found


def _changes(kind: str, rest: str) -> bool:
    """Of the calls that do many things, those that make a file or take a lock."""
    if kind in ("openat", "open"):
        return "O_CREAT" in rest
    return kind != "fcntl" or "_SETLK" in rest


def _subject(rest: str) -> str:
    """What a call is made on: the open file with its number, or the first name."""
    if open_file := _OPEN_FILE.match(rest):
        return f"{open_file[1]} {open_file[2]}"
    name = _NAME.search(rest)
    return name[1] if name else ""
