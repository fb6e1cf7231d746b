"""What publishing and looking for work cost as a store grows: `python -m tests.bench`, two or three minutes.

Prints CPU seconds, those of started programs included, at three sizes, and with each row the exponent in the number of
items: 0 is the same at every size, 1 ten times as much for ten times the items. Ends with 1 where one is over its
ceiling. `docs/performance.md` has what was measured, and how it grows further."""

import math
import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from pipeline import open_machine
from pipeline.runs.batch import queue
from pipeline.store import items
from pipeline.store import threads as thread_store
from tests.publish.test_records import ITEM, version
from tests.sweeps.test_load import fill

SIZES = (8, 32, 128)
"""Threads, of `EACH` items."""
EACH = 20
CEILINGS = {"one thread renamed": 0.3, "nothing new": 0.3, "what is due": 1.1, "status": 1.1}
_LEAST_S = 0.02  # below it, an exponent is chance


def cpu() -> float:
    """CPU seconds of this process, and of programs that it started and that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def measured(folder: Path, threads: int) -> dict[str, float]:
    """What each thing costs in a store of so many threads."""
    with open_machine(folder) as machine:
        with machine.store.writing() as connection:
            items.save(connection, ITEM, "a.example")
        fill(machine.store, "http://feeds.example", version(1), threads, EACH)
        with machine.store.writing() as connection:  # as their last runs left them
            for slug, digest in items.input_digests(connection).items():
                thread_store.mark_done(connection, slug, digest)

        def rename() -> None:
            machine.editor.rename("thread-001", f"Renamed in {threads}")
            machine.publish()

        deeds: dict[str, Callable[[], object]] = {
            "first publication": machine.publish,
            "second": rename,  # the other of two generations is there only then
            "one thread renamed": lambda: (machine.editor.rename("thread-002", "Renamed"), machine.publish()),
            "nothing new": machine.publish,
            "what is due": lambda: queue(machine.store, machine.clock(), machine.settings.batch),
            "status": lambda: machine.status(14),
        }
        costs = {}
        for name, deed in deeds.items():
            began = cpu()
            deed()
            costs[name] = cpu() - began
        return costs


def main() -> int:
    """Measures and prints; 1 where something grows faster than it may."""
    with tempfile.TemporaryDirectory() as folder:
        columns = [measured(Path(folder) / str(threads), threads) for threads in SIZES]
    print(f"{'items':22}" + "".join(f"{threads * EACH:>10,}" for threads in SIZES) + "  exponent")
    failed = False
    for name in columns[0]:
        costs = [max(column[name], _LEAST_S) for column in columns]
        exponent = math.log(costs[-1] / costs[0]) / math.log(SIZES[-1] / SIZES[0])
        over = exponent > CEILINGS.get(name, math.inf)
        failed |= over
        shown = "".join(f"{column[name]:10.2f}" for column in columns)
        print(f"{name:22}{shown}{exponent:10.2f}" + (f"  over {CEILINGS[name]}" if over else ""))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
