"""What all commands share: options, printing results, and opening the machine of a home."""

import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.progress import log_to, print_progress, show_less_or_more
from pipeline.net.stopping import StopSignal

if TYPE_CHECKING:
    from pipeline.app.machine import Machine
    from pipeline.records.runs import Progress, Stage

STOP_SIGNAL = StopSignal()
"""Set when a signal asks the program to stop."""

ON_EXIT = ExitStack()
"""Closes what a command opened, when it has ended."""

_NAME = "information-machine"  # as pyproject.toml installs it

app = typer.Typer(
    add_completion=Path(sys.argv[0]).stem == _NAME,  # a shell completes a command by its name: `python` is not ours
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    invoke_without_command=True,
    help="The Information Machine keeps one living, cited page about a public discussion.",
    epilog="Exit codes: 0 done or nothing new, 1 part failed, 2 usage or settings, 3 busy, 4 allowance spent.",
)

Home = Annotated[
    Path | None, typer.Option("--home", help="Folder of settings, store and site.", show_default="machine")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else.")]
Slug = Annotated[str, typer.Argument(help="The thread.")]


@app.callback()
def options(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.", is_eager=True)] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no steps, only what fails.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show also what is only under way.")] = False,
) -> None:
    """Options that go before the command."""
    log_to(None)
    show_less_or_more(quiet=quiet, verbose=verbose)
    if version:
        from pipeline.records import PROGRAM

        print(PROGRAM)
        raise typer.Exit
    if context.invoked_subcommand is None:
        from pipeline.errors import UsageError

        raise UsageError("no command is named: `--help` lists them")


def print_result(value: Any, as_json: bool, lines: Callable[[], list[str]]) -> None:  # noqa: ANN401 - any JSON
    """Prints a result on standard output: `value` as JSON, or `lines` for a person; addresses without the secrets in
    them."""
    from pipeline.errors import without_credentials

    print(without_credentials(json.dumps(value, ensure_ascii=False) if as_json else "\n".join(lines())))


def machine_of(home: Path | None, progress: "Progress" = print_progress, *, begin: bool = False) -> "Machine":
    """The machine of `home`; by default of `machine/`, or of `demo/` where only that exists. With `begin` the command
    may make a new home, so the default is always `machine/`."""
    from pipeline.app.wiring import open_machine
    from pipeline.errors import UsageError

    if home is None:
        home = Path("machine")
        if not begin and not home.exists() and Path("demo").exists():
            home = Path("demo")
    elif home.exists() and not home.is_dir():
        raise UsageError(f"{home} is no folder, as a home is: name another with --home")
    elif not begin and not home.exists():
        raise UsageError(
            f"there is no folder {home}: name a home that is there, or begin one with `new … --home {home}`"
        )
    machine = ON_EXIT.enter_context(open_machine(home, progress, stop=STOP_SIGNAL))
    if machine.settings.log.file:
        log_to(machine.home / machine.settings.log.file, machine.clock)
    return machine


def stage_named(name: str) -> "Stage":
    """The stage of this name. Raises UsageError where there is none."""
    from pipeline.errors import UsageError
    from pipeline.records.runs import STAGES

    stage = next((stage for stage in STAGES if stage == name), None)
    if stage is None:
        raise UsageError(f"there is no stage {name!r}: begin at one of {', '.join(STAGES)}")
    return stage
