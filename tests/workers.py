"""Workers as processes of their own, that may be killed. Run as a program, it is one whose clock is a file in its home,
and, with the port it is served on, in the invented world: `python -m tests.workers HOME [PORT]`.
"""

import json
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

from pipeline.cli.format import progress_line
from pipeline.errors import MachineError
from tests import ROOT, doubles


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
    def on_a_clock(cls, home: Path, said: Path, *port: int) -> "Process":
        """One whose clock `set_clock` sets."""
        return cls(said, "-m", "tests.workers", home, *port)

    @property
    def number(self) -> int:
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
        return self._process.wait(60)

    def said(self) -> str:
        return self._said.read_text()


def paid_twice(model: doubles.Model) -> int:
    """How many answers the model gave again to a question that it had answered to the letter."""
    asked = Counter(json.dumps([body["model"], body["messages"]]) for body in model.asked)
    return sum(times - 1 for times in asked.values())


def set_clock(home: Path, moment: datetime) -> None:
    new = home / "clock.new"
    new.write_text(moment.isoformat())
    new.replace(home / "clock")


def ask_to_look(url: str) -> None:
    """Has a worker of the store look for what is due, before its minute has passed."""
    import procrastinate
    from procrastinate.exceptions import AlreadyEnqueued

    from pipeline.app.worker import QUEUE

    options = {"options": f"-c search_path={QUEUE}"}
    app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=url, kwargs=options))
    with app.open():
        try:
            app.configure_task("look", queueing_lock="look", lock="look", priority=10).defer(timestamp=0)
        except AlreadyEnqueued:
            return


def main() -> None:
    from pipeline.app.wiring import open_machine
    from pipeline.app.worker import Worker
    from pipeline.net.stopping import StopSignal
    from pipeline.publish import search_index as search
    from tests import world

    home, stopping = Path(sys.argv[1]), StopSignal()
    search.index = lambda *_: True  # it takes longer than all else together

    def clock() -> datetime:
        return datetime.fromisoformat((home / "clock").read_text())

    if len(sys.argv) > 2:
        mine = world.machine_of(home, int(sys.argv[2]), clock, stopping)
    else:
        mine = open_machine(home, clock=clock, stop=stopping)
    Worker(mine, lambda event: print(event.thread or "-", progress_line(event), flush=True), stopping, site=True).run()
    mine.close()


if __name__ == "__main__":
    try:
        main()
    except MachineError as error:  # begun while the server was away, say: as the command line ends
        sys.exit(f"error: {error}")
