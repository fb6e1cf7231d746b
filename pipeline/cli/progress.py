"""What is being done, as it is told: on a terminal, in a line a step, in the log file."""

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.format import progress_line, structured_line

if TYPE_CHECKING:
    from pipeline.fetch.source_list import SourceList
    from pipeline.records.runs import Progress, ProgressEvent


class _Shown:
    """What this call of the program shows and writes down."""

    levels: frozenset[str] = frozenset({"info", "problem"})
    log: "Progress | None" = None


def show_less_or_more(*, quiet: bool, verbose: bool) -> None:
    """Shows problems alone, or also what is only under way."""
    _Shown.levels = frozenset({"problem"} if quiet else {"info", "problem"}) | ({"passing"} if verbose else set())


def log_to(file: Path | None, clock: Callable[[], datetime] | None = None) -> None:
    """Adds every step to `file` from now on, with the time of `clock`; None for no file. It is opened for each line, so
    that it may be moved away; where it cannot be written, that is told once, and the work goes on."""
    _Shown.log = None
    if file is None or clock is None:
        return
    lock, told = threading.Lock(), threading.Event()

    def write(event: "ProgressEvent") -> None:
        with lock:
            try:
                with file.open("a", encoding="utf-8") as lines:
                    lines.write(structured_line(event, clock()) + "\n")
            except OSError as error:
                if not told.is_set():
                    told.set()
                    why = f"{error.strerror}: see [log] file"
                    _print_line(f"warning: the log {file} cannot be written ({why}); the work goes on")

    _Shown.log = write


def _is_shown(event: "ProgressEvent") -> bool:
    """Whether the step is shown; it is written down first."""
    if _Shown.log and event.level != "passing":
        _Shown.log(event)
    return event.level in _Shown.levels


def print_progress(event: "ProgressEvent") -> None:
    """Prints a step on standard error."""
    if _is_shown(event):
        _print_line(progress_line(event))


def print_left_out(source_list: "SourceList") -> None:
    """Names on standard error each line of a list of feeds that is not followed."""
    print_lines_left_out(source_list.left_out())


def print_lines_left_out(lines: Iterable[str]) -> None:
    """Names on standard error what a list of feeds lacks, each with why."""
    for line in lines:
        _print_line(f"{'left out':12}{line}")


def _print_line(line: str) -> None:
    """Prints on standard error. Where that fails (a closed terminal, a log on a full disk), the work goes on."""
    with suppress(OSError):
        print(line, file=sys.stderr, flush=True)


@contextmanager
def run_progress() -> "Iterator[Progress]":
    """Progress of one run: each step a line; on a terminal, below them what is under way, and for how long."""
    if not sys.stderr.isatty():
        yield print_progress
        return

    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.text import Text

    console = Console(stderr=True, highlight=False, markup=False)
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("begins")

        def show(event: "ProgressEvent") -> None:
            shown = _is_shown(event)
            if event.level == "passing":  # the time goes on while an answer comes in pieces
                change = bar.update if event.text.startswith("has ") else bar.reset
                change(task, description=f"{event.step} {event.text}")
            elif shown:
                console.print(Text(progress_line(event)))
                bar.reset(task, description=f"after {event.step}")

        yield show


@contextmanager
def batch_progress(clock: "Callable[[], datetime]") -> "Iterator[Progress]":
    """Progress of many threads: on a terminal, the last steps of the threads being run, in one line; otherwise a line
    of key=value pairs for each step, with the time of `clock`."""
    lock = threading.Lock()
    if not sys.stderr.isatty():

        def print_structured(event: "ProgressEvent") -> None:
            if not _is_shown(event):
                return
            with lock:
                _print_line(structured_line(event, clock()))

        yield print_structured
        return

    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True, highlight=False, markup=False)
    last_steps: dict[str, str] = {}
    with console.status("") as status:

        def update_status(event: "ProgressEvent") -> None:
            shown = _is_shown(event)
            thread, text = event.thread or "batch", " ".join(progress_line(event).split())
            with lock:
                last_steps[thread] = text
                status.update(Text(" · ".join(f"{name}: {step}" for name, step in list(last_steps.items())[-3:])))
                if shown and (event.level == "problem" or event.step in ("version", "thread", "answers")):
                    console.print(Text(f"{thread}: {text}"))

        yield update_status
