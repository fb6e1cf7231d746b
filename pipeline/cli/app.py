"""What all commands share: options, printing, progress, and opening the machine of a home."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.format import progress_line, structured_line
from pipeline.net.stopping import StopSignal

if TYPE_CHECKING:
    from pipeline.app.machine import Machine
    from pipeline.fetch.source_list import SourceList
    from pipeline.records.runs import Progress, ProgressEvent

STOP_SIGNAL = StopSignal()
"""Set when a signal asks the program to stop."""

ON_EXIT = ExitStack()
"""Closes what a command opened, when it has ended."""

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="The Information Machine keeps one living, cited page about a public discussion.",
    epilog="Exit codes: 0 done or nothing new, 1 part failed, 2 usage or settings, 3 busy, 4 allowance spent.",
)

Home = Annotated[
    Path | None, typer.Option("--home", help="Folder of settings, store and site.", show_default="machine")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else.")]
Slug = Annotated[str, typer.Argument(help="The thread.")]


def print_result(value: Any, as_json: bool, lines: Callable[[], list[str]]) -> None:  # noqa: ANN401 - any JSON
    """Prints a result on standard output: `value` as JSON, or `lines` for a person."""
    if as_json:
        print(json.dumps(value, ensure_ascii=False))
    else:
        print("\n".join(lines()))


def print_progress(event: "ProgressEvent") -> None:
    """Prints a step on standard error."""
    if event.level != "passing":
        _print_line(progress_line(event))


def print_left_out(source_list: "SourceList") -> None:
    """Names on standard error each line of a list of feeds that is not followed."""
    for line in source_list.left_out():
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
            if event.level == "passing":
                bar.reset(task, description=f"{event.step} {event.text}")
            else:
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
            if event.level == "passing":
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
            thread, text = event.thread or "batch", " ".join(progress_line(event).split())
            with lock:
                last_steps[thread] = text
                status.update(Text(" · ".join(f"{name}: {step}" for name, step in list(last_steps.items())[-3:])))
                if event.level == "problem" or event.step in ("version", "thread", "answers"):
                    console.print(Text(f"{thread}: {text}"))

        yield update_status


def machine_of(home: Path | None, progress: "Progress" = print_progress, *, begin: bool = False) -> "Machine":
    """The machine of `home`; by default of `machine/`, or of `demo/` where only that exists. With `begin` the command
    may make a new home, so the default is always `machine/`."""
    from pipeline.app.wiring import open_machine

    if home is None:
        home = Path("machine")
        if not begin and not home.exists() and Path("demo").exists():
            home = Path("demo")
    return ON_EXIT.enter_context(open_machine(home, progress, stop=STOP_SIGNAL))
