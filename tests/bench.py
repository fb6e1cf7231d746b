"""What the program costs: `python -m tests.bench`, three or four minutes on one core.

    python -m tests.bench             all of it
    python -m tests.bench store       publishing, batches and looking for work, at three sizes of a store
    python -m tests.bench reading     pages and feeds a CPU second, beside the libraries that do the same

Of a store, CPU seconds, those of started programs included, and with each row the exponent in the number of items: 0 is
the same at every size, 1 ten times as much for ten times the items. Of reading, how many a CPU second of this process,
on an even sample of the public test data that INFORMATION_MACHINE_CORPORA names. Ends with 1 where an exponent is over
its ceiling or a ratio under its floor. `docs/performance.md` has what was measured, and how it grows further."""

import argparse
import gc
import gzip
import importlib
import io
import json
import math
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline import open_machine
from pipeline.errors import MachineError
from pipeline.fetch.feeds.parse import parse_feed
from pipeline.read.page_text import read_page
from pipeline.records.items import Response
from pipeline.runs.batch import queue
from pipeline.settings import BatchSettings, Settings
from pipeline.store import items
from pipeline.store import threads as thread_store
from pipeline.testing import FixedClock, PagesFromDict, ScriptedModel, feed
from pipeline.testing import machine as scripted
from tests.publish.test_records import ITEM, version
from tests.sampling import sample_of
from tests.sweeps.test_load import SEEN, fill

SIZES = (8, 32, 128)
"""Threads, of `EACH` items."""
EACH = 20
CEILINGS = {
    "one thread renamed": 0.4,
    "nothing new": 0.3,
    "what is due": 1.1,
    "status": 1.1,
    "batch, nothing new": 1.2,
}
FLOORS = {"trafilatura": 0.45, "feedparser": 6.0}
"""How many times as many as the library we read at least."""
AS_WE_ASK = {"include_comments": False, "favor_precision": True, "with_metadata": True}
"""How trafilatura is asked for the same: the article's text alone, its title, author and date."""
_ONE_OF = 4  # pages and feeds
_LEAST_S = 0.02  # below it, an exponent is chance
_AT = "http://a.example/"


def cpu() -> float:
    """CPU seconds of this process, and of programs that it started and that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def cost_of(deed: Callable[[], object]) -> float:
    """The CPU seconds of a deed."""
    gc.collect()  # what others left is not its
    began = cpu()
    deed()
    return cpu() - began


# A store at three sizes.


def of_a_store(folder: Path, threads: int) -> dict[str, float]:
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
        costs = {name: cost_of(deed) for name, deed in deeds.items()}
    return {**costs, "batch, nothing new": of_a_batch(folder, threads)}


def of_a_batch(folder: Path, threads: int) -> float:
    """What a batch costs that looks at each thread's feed and finds nothing: the second, since the first has yet to
    settle what was never run."""
    web = PagesFromDict({f"http://feeds.example/feed-{number}.xml": feed() for number in range(threads)})
    clock, settings = FixedClock(SEEN), Settings(batch=BatchSettings(every_hours=1))
    with scripted(folder, web, ScriptedModel(), clock, settings=settings) as machine:
        machine.batch()
        clock.forward(timedelta(hours=2))
        reports = []
        cost = cost_of(lambda: reports.append(machine.batch()))
        outcomes = [thread.outcome for thread in reports[0].threads]
    if outcomes != ["nothing new"] * threads:
        raise RuntimeError(f"a batch of {threads} threads without news did otherwise: {sorted(set(outcomes))}")
    return cost


def print_store() -> bool:
    """Measures and prints; whether all exponents are under their ceilings."""
    with tempfile.TemporaryDirectory() as folder:
        columns = [of_a_store(Path(folder) / str(threads), threads) for threads in SIZES]
    print(f"{'CPU seconds, by items':24}" + "".join(f"{threads * EACH:>10,}" for threads in SIZES) + "  exponent")
    well = True
    for name in columns[0]:
        costs = [max(column[name], _LEAST_S) for column in columns]
        exponent = math.log(costs[-1] / costs[0]) / math.log(SIZES[-1] / SIZES[0])
        over = exponent > CEILINGS.get(name, math.inf)
        well &= not over
        shown = "".join(f"{column[name]:10.2f}" for column in columns)
        print(f"{name:24}{shown}{exponent:10.2f}" + (f"  over {CEILINGS[name]}" if over else ""))
    return well


# Reading, beside libraries.


def a_second(read: Callable[[bytes], object], bodies: Sequence[bytes]) -> float:
    """How many of these are read in a CPU second, the first once before: what is loaded for it is loaded once."""
    read(bodies[0])
    began = time.process_time()
    for body in bodies:
        read(body)
    return len(bodies) / (time.process_time() - began)


def our_page(body: bytes) -> object:
    """A page's text as a run reads it; None for what is no article."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    response = Response(url=_AT, final_url=_AT, fetched_at=moment, media_type="text/html", body=body)
    try:
        return read_page(response, "2026-03-25")
    except MachineError:
        return None


def our_feed(body: bytes) -> object:
    """A feed's entries as a run reads them."""
    try:
        return parse_feed(body, _AT)
    except MachineError:
        return None


def print_reading(corpora: Path) -> bool:
    """Measures and prints; whether all ratios are over their floors. A library that is not installed is named."""
    known = json.loads((corpora / "extraction/ground-truth.json").read_text(encoding="utf-8"))
    pages = [gzip.decompress((corpora / f"extraction/html/{name}.html.gz").read_bytes()) for name in sorted(known)]
    feeds = [file.read_bytes() for file in sorted((corpora / "feeds/real").rglob("*")) if file.is_file()]
    theirs = {
        "trafilatura": ("pages", lambda library, body: library.bare_extraction(body, **AS_WE_ASK)),
        "feedparser": ("feeds", lambda library, body: library.parse(io.BytesIO(body))),
        "fastfeedparser": ("feeds", lambda library, body: library.parse(body)),
    }
    samples = {"pages": sample_of(pages, _ONE_OF), "feeds": sample_of(feeds, _ONE_OF)}
    ours = {"pages": a_second(our_page, samples["pages"]), "feeds": a_second(our_feed, samples["feeds"])}
    print(f"{'a CPU second':24}{'ours':>10}{'theirs':>10}     ratio")
    well = True
    for name, (kind, read) in theirs.items():
        try:
            library = importlib.import_module(name)
        except ImportError:
            print(f"{kind} beside {name}: skipped, it is not installed")
            continue
        speed = a_second(lambda body, library=library, read=read: _tried(read, library, body), samples[kind])
        ratio = ours[kind] / speed
        under = ratio < FLOORS.get(name, 0)
        well &= not under
        shown = f"{kind + ', ' + name:24}{ours[kind]:10.0f}{speed:10.0f}{ratio:10.2f}"
        print(shown + (f"  under {FLOORS[name]}" if under else ""))
    return well


def _tried(read: Callable[..., object], library: object, body: bytes) -> object:
    """What a library makes of it; None where it gives up."""
    try:
        return read(library, body)
    except Exception:
        return None


def main() -> int:
    """Measures and prints; 1 where something grows faster, or is read slower, than it may."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=("store", "reading", "all"), default="all")
    what = parser.parse_args().what
    well = print_store() if what != "reading" else True
    corpora = os.environ.get("INFORMATION_MACHINE_CORPORA")
    if what != "store" and corpora:
        well &= print_reading(Path(corpora))
    elif what != "store":
        print("pages and feeds: skipped, INFORMATION_MACHINE_CORPORA names no folder of public test data")
    return int(not well)


if __name__ == "__main__":
    sys.exit(main())
