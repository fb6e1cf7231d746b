"""Workers as processes of their own, that may be killed. Run as a program, it is one that lives in the invented world on
a given day: `python -m tests.workers HOME PORT DAY`.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


class Process:
    """A worker at work; what it says goes to `said`."""

    def __init__(self, said: Path, *words: object) -> None:
        self._said = said
        with said.open("ab") as out:
            self._process = subprocess.Popen([sys.executable, *map(str, words)], cwd=ROOT, stdout=out, stderr=out)

    @classmethod
    def of_home(cls, home: Path, said: Path, *words: object) -> "Process":
        """One begun as an operator would."""
        return cls(said, "run.py", "worker", "--home", home, *words)

    @classmethod
    def of_world(cls, home: Path, said: Path, port: int, day: int) -> "Process":
        return cls(said, "-m", "tests.workers", home, port, day)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """Tells it to stop, and gives its exit code."""
        self._process.terminate()
        return self._process.wait(20)

    def said(self) -> str:
        return self._said.read_text()


def main() -> None:
    from pipeline.stopping import Stopping
    from pipeline.worker import Worker
    from tests import world

    home, port, day = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    stopping = Stopping()
    machine = world.machine_of(home, port, lambda: world.moment(day), stopping)
    Worker(machine, lambda slug, said: print(slug or "-", said, flush=True), stopping, site=True).run()
    machine.close()


if __name__ == "__main__":
    main()
