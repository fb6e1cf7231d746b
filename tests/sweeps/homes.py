"""Homes that a run is disturbed in, what is left in one, and the outside they live in."""

import contextlib
import gc
import io
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from pipeline.app import wiring
from pipeline.cli import main as cli
from pipeline.read.reader import DirectReader
from pipeline.store.schema import metadata
from tests import doubles
from tests.sweeps.trace import Ended

SLUG = "silence"
EARLIER, NOW = "2026-03-02T08:00:00+00:00", "2026-03-03T08:00:00+00:00"
"""When the home was made, and when the run that is disturbed, and the one after it, take place."""

_LONGER = "What was said there was taken down by the clerk, and the minutes were put up on the board's own page."
_PAPER = (
    "Ten minutes of silence raised arithmetic scores by 0.31 in 24 schools, the first study said.",
    "The board said: “We will not change a timetable because of one preprint.”",
    "A replication in 61 schools found 0.04, and it does not quite exclude 0.10.",
)
_COST = (
    "A councillor put the cost at 6.1 million crowns, once the cover teachers had been counted in it.",
    f"The board's own figure is 4.2 million crowns for two years. {_LONGER}",
)
_VOTE = (
    "The board voted on Tuesday to go on with the quiet ten for another year, by seven votes to four.",
    f"Two members asked for a count of the lessons that were lost to it. {_LONGER}",
)


class Outside(NamedTuple):
    """The web and the model, and how the world there goes on: an article is edited and a new one comes."""

    web: doubles.Web
    model: doubles.Model

    def begin(self) -> None:
        self.web.pages |= {"/paper": doubles.page("Silence and sums", *_PAPER)}
        self.web.pages |= {"/cost": doubles.page("The cost", *_COST)}
        self.web.pages |= {"/feed": doubles.feed(self.web.base, ("The cost", "/cost"))}

    def go_on(self) -> None:
        said = "The board ended the trial of its own in the spring, and kept what it had measured to itself."
        self.web.pages |= {"/paper": doubles.page("Silence and sums", *_PAPER, said)}
        self.web.pages |= {"/vote": doubles.page("The vote", *_VOTE)}
        self.web.pages |= {"/feed": doubles.feed(self.web.base, ("The vote", "/vote"), ("The cost", "/cost"))}

    def answered(self) -> list[int]:
        """The tokens of each question that was asked since this was called last, as the answers told them."""
        found = [doubles.tokens(body) for body in self.model.asked]
        self.model.asked.clear()
        return found


@contextmanager
def outside() -> Iterator[Outside]:
    with doubles.web_server() as web, doubles.model_server() as model:
        yield Outside(web, model)


class State(NamedTuple):
    """What a home holds: the site as its readers find it, what the site was made from, the rows of each table, what the
    database says of itself, and the names of what lies in the home."""

    site: Mapping[str, bytes]
    made: bytes
    tables: Mapping[str, frozenset[tuple[Any, ...]]]
    integrity: tuple[str, ...]
    names: frozenset[str]

    def kept_tokens(self) -> int:
        """The tokens of all replies that are stored."""
        place = [column.name for column in metadata.tables["replies"].columns].index("reply")
        replies = [json.loads(row[place]) for row in self.tables.get("replies", ())]
        return sum(reply["prompt_tokens"] + reply["completion_tokens"] for reply in replies)


def state_of(home: Path, aside: Path) -> State:
    """What is there, without touching it: the store is looked at in a copy (`aside`), since opening it would end what a
    killed program left half done."""
    copy(home, aside)
    with closing(sqlite3.connect(aside / wiring.STORE)) as store:
        said = [row[0] for row in store.execute("PRAGMA integrity_check")]
        said += [f"broken reference in {row[0]}" for row in store.execute("PRAGMA foreign_key_check")]
        names = [row[0] for row in store.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        if "page_tokens" in names:  # drawn by lot
            store.execute("UPDATE threads SET settled_token = 0")
        tables = {name: frozenset(store.execute(f"SELECT * FROM {name}")) for name in names if _is_ours(name)}  # noqa: S608
    site, made = home / "site", home / "site" / ".." / "made.json"
    return State(
        site=files_of(site),
        made=json.dumps(json.loads(made.read_bytes())["units"]).encode() if made.exists() else b"",
        tables=tables,
        integrity=tuple(line for line in said if line != "ok"),
        names=frozenset(str(each.relative_to(home)) for depth in ("*", "*/*") for each in _in(home, depth)),
    )


def files_of(site: Path) -> dict[str, bytes]:
    """The site as its readers find it: nothing where it is not there."""
    return {str(file.relative_to(site)): file.read_bytes() for file in sorted(site.rglob("*")) if file.is_file()}


def _is_ours(table: str) -> bool:
    """SQLite's own tables count what was ever numbered, a run that failed included; tokens are drawn by lot."""
    return not table.startswith("sqlite_") and table != "page_tokens"


def _in(home: Path, depth: str) -> Iterator[Path]:
    """What lies in the home. What is within the site is compared byte for byte elsewhere."""
    return (each for each in home.glob(depth) if home / "site" not in each.parents)


def copy(home: Path, to: Path) -> None:
    """`to` becomes what `home` is, links and all."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(home, to, symlinks=True)


def called(moment: str, *words: str) -> Ended:
    """The command line at a moment, within this program: nothing is traced, and nothing is imported again. What the
    command left open is closed, as its end would."""
    out, err = io.StringIO(), io.StringIO()
    code: int | str | None = 0
    clock = partial(wiring.open_machine, clock=lambda: datetime.fromisoformat(moment), reader=DirectReader())
    with (
        patch.object(wiring, "open_machine", clock),
        patch.object(sys, "argv", ["run.py", *words]),
        patch.dict(os.environ),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
            os.environ.pop(name, None)
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code
    gc.collect()
    return Ended(int(code or 0), out.getvalue(), err.getvalue())


def settings(outside: Outside) -> str:
    """One thing after another, on loopback, without waiting."""
    return (
        f'[model]\nbase_url = "{outside.model.base_url}"\nname = "double"\nattempts = 2\ndeadline_s = 5\nparallel = 1\n'
        f'[fetch]\nallow_hosts = ["{outside.web.host}"]\ndeadline_s = 5\nparallel = 1\npause_s = 0\n'
        "[search]\nproviders = []\n"
    )


def prepare(home: Path, outside: Outside) -> None:
    """A thread with a version, in a site of two generations, before a world that has gone on."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    (home / "machine.toml").write_text(settings(outside))
    outside.begin()
    places = ["--page", f"{outside.web.base}/paper", "--feed", f"{outside.web.base}/feed"]
    for words in (["new", SLUG, "--title", "Silence", *places], ["publish"], ["thread", SLUG]):
        ended = called(EARLIER, *words, "--home", str(home))
        assert ended.code == 0, ended.err
    outside.go_on()
    outside.answered()
