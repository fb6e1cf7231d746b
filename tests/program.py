"""The command line as a process of its own, `python -m tests.program WORDS`, that publishes without a search index and reads
pages by itself: the programs that do these take longer than all else together.

A `Process` is such a one, or another program of the tests' own, forked from one that has imported and compiled all of it
once (`tests/warm.py`): to begin from nothing takes seconds of a processor. An `Anew` begins as an operator begins it.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pipeline.app import wiring
from pipeline.cli import main as cli
from pipeline.publish import search_index as search
from pipeline.read.reader import DirectReader
from tests import ROOT

_PATIENCE_S = 60
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.warm"])


def main() -> None:
    lighten()
    cli.main()


def lighten() -> None:
    """Does without the programs that this one would start."""
    search.index = lambda _site: True
    wiring.shared_pool = DirectReader  # type: ignore[assignment, misc]


class Process:
    """A program at work; what it says goes to `said`."""

    def __init__(self, said: Path, *words: object, main: Callable[[], object] = main) -> None:
        self._said = said
        self._forked = _forks.Process(target=_become, args=(main, said, [*map(str, words)]), daemon=True)
        self._forked.start()

    @property
    def lives(self) -> bool:
        return self._forked.exitcode is None

    def send(self, number: int) -> None:
        """Sends it a signal."""
        os.kill(self._forked.pid or 0, number)

    def wait(self, within_s: float = _PATIENCE_S) -> int:
        """Its exit code, once it has ended: negative where a signal ended it."""
        self._forked.join(within_s)
        assert self._forked.exitcode is not None, f"it does not end: {self.said()}"
        return self._forked.exitcode

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        self.wait()

    def stop(self) -> int:
        """Tells it to stop, and gives its exit code."""
        self.send(signal.SIGTERM)
        return self.wait()

    def said(self) -> str:
        return self._said.read_text() if self._said.exists() else ""


class Anew(Process):
    """Python, begun with these words."""

    def __init__(self, said: Path, *words: object) -> None:
        self._said = said
        with said.open("ab") as out:
            self._begun = subprocess.Popen([sys.executable, *map(str, words)], cwd=ROOT, stdout=out, stderr=out)

    @property
    def lives(self) -> bool:
        return self._begun.poll() is None

    def send(self, number: int) -> None:
        self._begun.send_signal(number)

    def wait(self, within_s: float = _PATIENCE_S) -> int:
        return self._begun.wait(within_s)


def wait_until(what: Callable[[], object], within_s: float = _PATIENCE_S) -> None:
    """Waits until `what()` holds."""
    end = time.monotonic() + within_s
    while not what():
        assert time.monotonic() < end, "it does not come about"
        time.sleep(0.1)


def _become(main: Callable[[], object], said: Path, words: list[str]) -> None:
    """Tests may themselves be run in the background, where signals are ignored, and that is handed down."""
    out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(out, stream)
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["run.py", *words]
    main()


if __name__ == "__main__":
    main()
