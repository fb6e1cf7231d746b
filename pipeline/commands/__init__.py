"""The commands: each asks the machine and says what came back. No logic.

    following  threads begun, run, closed, and where they look
    reading    what is stored: versions, items, proofs, the site

Results go to standard output, progress and errors to standard error. With --json, standard output holds one JSON
object and nothing else.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from pipeline.machine import Machine

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


def tell(value: Any, as_json: bool, lines: Callable[[], list[str]]) -> None:  # noqa: ANN401 - any JSON
    if as_json:
        print(json.dumps(value, ensure_ascii=False))
    else:
        print("\n".join(lines()))


def progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def machine_of(home: Path | None, *, begin: bool = False) -> "Machine":
    """The machine of the home named, or of `machine/`; where only the demo has been run, of `demo/`."""
    from pipeline.wiring import machine

    if home is None:
        home = Path("machine")
        if not begin and not home.exists() and Path("demo").exists():
            home = Path("demo")
    return machine(home, progress)
