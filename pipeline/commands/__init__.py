"""The commands: each asks the machine and says what came back. No logic.

    following  threads begun, run, closed, and where they look
    reading    what is stored: versions, items, proofs, the site
    unattended watched feeds, the threads they bring, batches

Results go to standard output, progress and errors to standard error. With --json, standard output holds one JSON
object and nothing else.
"""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.stopping import Stopping

if TYPE_CHECKING:
    from pipeline.machine import Machine

STOPPING = Stopping()
"""What a signal tells."""

CLOSING = ExitStack()
"""What is closed when the command has ended."""

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
    """Says how far it is. Where that is not taken any more (a terminal that is gone, a log on a full disk), the work
    goes on."""
    with suppress(OSError):
        print(line, file=sys.stderr, flush=True)


@contextmanager
def batch_progress(clock: "Callable[[], datetime]") -> "Iterator[Callable[[str, str], None]]":
    """Progress of many threads: the last line of each thread at work on a terminal, a line of key=value pairs for each
    step otherwise."""
    lock = threading.Lock()
    if not sys.stderr.isatty():

        def structured(thread: str, said: str) -> None:
            stage, _, words = said.strip().partition(" ")
            stage, words = ("failed", words) if stage == "!" else (stage, words)
            at = f"{clock():%Y-%m-%dT%H:%M:%SZ}"
            with lock:
                progress(
                    f"at={at} thread={thread or '-'} step={stage} said={json.dumps(words.strip(), ensure_ascii=False)}"
                )

        yield structured
        return

    from rich.console import Console

    console = Console(stderr=True, highlight=False, markup=False)
    under_way: dict[str, str] = {}
    with console.status("") as line:

        def live(thread: str, said: str) -> None:
            with lock:
                under_way[thread] = " ".join(said.split())
                line.update(Text(" · ".join(f"{t or 'batch'}: {last}" for t, last in list(under_way.items())[-3:])))
                if said.startswith(("version", "thread", " ")):
                    console.print(Text(f"{thread or 'batch'}: {' '.join(said.split())}"))

        from rich.text import Text

        yield live


def machine_of(home: Path | None, *, begin: bool = False) -> "Machine":
    """The machine of the home named, or of `machine/`; where only the demo has been run, of `demo/`."""
    from pipeline.wiring import machine

    if home is None:
        home = Path("machine")
        if not begin and not home.exists() and Path("demo").exists():
            home = Path("demo")
    return CLOSING.enter_context(closing(machine(home, progress, stopping=STOPPING)))
