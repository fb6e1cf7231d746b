"""Workers as processes of their own, that may be killed."""

import json
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

from pipeline.cli.format import progress_line
from pipeline.errors import MachineError
from tests import doubles
from tests.program import Process, lighten


def of_home(home: Path, said: Path, *words: object) -> Process:
    """A worker of a home."""
    return Process(said, "worker", "--home", home, *words)


def on_a_clock(home: Path, said: Path, *port: int) -> Process:
    """One whose clock `set_clock` sets, and, with the port it is served on, one in the invented world."""
    return Process(said, home, *port, main=main)


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
    """A worker of the home that is the first word."""
    try:
        _work()
    except MachineError as error:  # begun while the server was away, say: as the command line ends
        sys.exit(f"error: {error}")


def _work() -> None:
    from pipeline.app.wiring import open_machine
    from pipeline.app.worker import Worker
    from pipeline.net.stopping import StopSignal
    from tests import world

    lighten()
    home, stopping = Path(sys.argv[1]), StopSignal()

    def clock() -> datetime:
        return datetime.fromisoformat((home / "clock").read_text())

    if len(sys.argv) > 2:
        mine = world.machine_of(home, int(sys.argv[2]), clock, stopping)
    else:
        mine = open_machine(home, clock=clock, stop=stopping)
    Worker(mine, lambda event: print(event.thread or "-", progress_line(event), flush=True), stopping, site=True).run()
    mine.close()
