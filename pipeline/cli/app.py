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
    _print_line(progress_line(event))


def _print_line(line: str) -> None:
    """Prints on standard error. Where that fails (a closed terminal, a log on a full disk), the work goes on."""
    with suppress(OSError):
        print(line, file=sys.stderr, flush=True)


@contextmanager
def batch_progress(clock: "Callable[[], datetime]") -> "Iterator[Progress]":
    """Progress of many threads: on a terminal, the last steps of the threads being run, in one line; otherwise a line
    of key=value pairs for each step, with the time of `clock`."""
    lock = threading.Lock()
    if not sys.stderr.isatty():

        def print_structured(event: "ProgressEvent") -> None:
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


def machine_of(home: Path | None, *, begin: bool = False) -> "Machine":
    """The machine of `home`; by default of `machine/`, or of `demo/` where only that exists. With `begin` the command
    may make a new home, so the default is always `machine/`."""
    from pipeline.app.wiring import open_machine

    if home is None:
        home = Path("machine")
        if not begin and not home.exists() and Path("demo").exists():
            home = Path("demo")
    return ON_EXIT.enter_context(open_machine(home, print_progress, stop=STOP_SIGNAL))
