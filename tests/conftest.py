"""Fixtures: a machine on doubles in this process; and, where the door an operator uses is what is tested, loopback
servers, a home, and the command line."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer

from pipeline import settings, testing
from pipeline.app.machine import Machine
from pipeline.cli import app as commands
from pipeline.cli import main as cli
from pipeline.fetch.search.chosen import providers
from pipeline.fetch.source_list import SourceList
from pipeline.publish import search_index as search
from pipeline.publish.formats import version_json
from pipeline.records.replies import Request
from pipeline.records.runs import RunReport, Stage
from pipeline.store import sqlite
from pipeline.store.database import Store
from tests import ROOT, doubles
from tests.postgres import Server
from tests.sampling import step
from tests.workers import Process

ARTICLE = "http://a.example/a"
SILENCE = (
    "Ten minutes of silence raised arithmetic scores by 0.31 in 24 schools, the first study said.",
    "The board said: “We will not change a timetable because of one preprint.”",
    "A replication in 61 schools found 0.04, and it does not quite exclude 0.10.",
)


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Calls the command line in this process: `run("thread", "x", "--home", home)`."""

    def call(*words: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["run.py", *map(str, words)])
        monkeypatch.setattr(cli, "app", _command())
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return Ended(int(ended.value.code or 0), captured.out, captured.err)

    return call


@cache
def _command() -> Any:
    """The command line's commands, made once: typer makes them anew for every call."""
    return typer.main.get_command(commands.app)


@pytest.fixture(scope="session")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demo, as a person runs it, in a network namespace that has nothing but loopback where the system can, from a
    folder with files named like parts of the program: where that was, and what was printed. Played once for all
    processes that the tests run in; who changes it takes a copy."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    here, said = shared / "demonstrated", shared / "demonstrated.txt"
    with (shared / "demonstrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            shutil.rmtree(here, ignore_errors=True)
            here.mkdir()
            (here / "fixtures").symlink_to(ROOT / "fixtures")
            for name in ("pipeline.py", "pagefind.py"):
                (here / name).write_text("raise SystemExit('not this one')\n")
            said.write_text(_demo_in(here))
    return here, said.read_text()


def _demo_in(folder: Path) -> str:
    words = [sys.executable, str(ROOT / "run.py"), "demo"]
    alone = ["unshare", "-rn", *words]
    if not shutil.which("unshare") or subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode:
        alone = words
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENAI_")}
    ended = subprocess.run(alone, cwd=folder, env=environment, capture_output=True, text=True, timeout=600)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


MARKED = ("browser", "corpora", "sweeps")
"""The folders whose tests can be left out by a mark of their name."""

LONGEST = (
    "browser/test_browser", "runs/test_thread", "sweeps/test_calls", "runs/test_world", "store/test_store", "runs/test_worker",
    "discussions/test_markup", "runs/test_batch", "discussions/test_runs", "model/endpoints/test_endpoints", "runs/test_demo",
    "read/test_main_text", "runs/test_recorded_languages", "synthesize/test_update", "browser/test_languages", "runs/test_batches",
    "sweeps/test_workers", "runs/test_cost", "app/notify/test_notify", "cli/test_bad_input", "corpora/test_corpora", "publish/test_today",
    "verify/test_support", "read/test_pdf", "sweeps/test_kills", "app/test_cast", "corpora/test_feed_corpora", "corpora/test_cases",
)  # fmt: skip
"""The files whose tests take longest, the longest first: begun last, one would keep a processor busy while the others
have nothing left to do. What they took is seen with `--durations`."""


def pytest_configure(config: pytest.Config) -> None:
    for name in MARKED:
        config.addinivalue_line("markers", f"{name}: stands in tests/{name}")
    config.addinivalue_line("markers", "postgresql: starts a PostgreSQL server")
    config.addinivalue_line("markers", "both_databases(every=1): on SQLite, and one of so many on PostgreSQL too")
    config.addinivalue_line("markers", "search_index: publishes with the search index that others do without")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    mark = metafunc.definition.get_closest_marker("both_databases")
    if mark and "database" in metafunc.fixturenames:
        chosen = zlib.crc32(metafunc.definition.name.encode()) % step(mark.kwargs.get("every", 1)) == 0
        metafunc.parametrize("database", ["sqlite", "postgresql"] if chosen else ["sqlite"], indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {ROOT / f"tests/{name}.py": n for n, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path, len(LONGEST)))
    for item in items:
        names = getattr(item, "fixturenames", ())
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        if "postgres" in names or "server" in names or "postgresql" in parameters.values():
            item.add_marker("postgresql")
        for name in MARKED:
            if name in item.path.parent.parts:
                item.add_marker(name)


@pytest.fixture(autouse=True)
def _no_search_index(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site's search index takes a process of its own and several times as long as the site. Programs that a test
    starts, and what a module makes once for all its tests, have one all the same."""
    if not request.node.get_closest_marker("search_index"):
        monkeypatch.setattr(search, "index", lambda *_: True)


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store of a test need not survive a power cut, but for the sweeps, which are about that."""
    if "sweeps" in request.path.parent.parts:
        return

    def prepare(connection: Any, record: object, whole: Callable[..., None] = sqlite._prepare) -> None:
        whole(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    monkeypatch.setattr(sqlite, "_prepare", prepare)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server for the whole session, which need not survive anything."""
    server = Server(careless=True)
    server.start()
    yield server
    server.remove()


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Where a home's store is: "" for a file in the home, else the address of a database."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return ""
    found: str = request.getfixturevalue("postgres").new_store()
    return found


def store_of(home: Path) -> Store:
    """The store of a home, opened."""
    url = settings.load(home, {}).store.url
    return Store(url or home / "store.db")


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


# In this process: no HTTP, no command line, no site.


@pytest.fixture
def clock() -> testing.FixedClock:
    return testing.FixedClock(doubles.NOW)


@pytest.fixture
def pages(clock: testing.FixedClock) -> testing.PagesFromDict:
    """The web, with one article on it."""
    return testing.PagesFromDict({ARTICLE: testing.article("Silence and sums", *SILENCE)}, clock)


@pytest.fixture
def script() -> testing.ScriptedModel:
    """A model that does what is asked, until the test changes an answer."""
    return testing.ScriptedModel()


Begin = Callable[..., Machine]


@pytest.fixture
def machines_on(pages: testing.PagesFromDict, clock: testing.FixedClock) -> Iterator[Begin]:
    """Makes the machine of a home on a scripted model; keywords are sections of settings, as `fetch={"per_feed": 3}`."""
    made: list[Machine] = []

    def begin(home: Path, script: testing.ScriptedModel, **sections: dict[str, Any]) -> Machine:
        chosen = settings.Settings.model_validate(sections)
        asked = providers(chosen.search.providers, chosen.search.searxng, {}) if "search" in sections else ()
        made.append(testing.machine(home, pages, script, clock, settings=chosen, providers=asked))
        return made[-1]

    yield begin
    for each in made:
        each.close()


@pytest.fixture
def begin_machine(machines_on: Begin, tmp_path: Path, script: testing.ScriptedModel, database: str) -> Begin:
    """Makes machines on these doubles and one store; keywords are sections of settings."""

    def begin(**sections: dict[str, Any]) -> Machine:
        return machines_on(tmp_path / "home", script, store={"url": database}, **sections)

    return begin


@pytest.fixture
def machine(begin_machine: Begin) -> Machine:
    return begin_machine()


def follow(machine: Machine, *addresses: str, feeds: Iterable[str] = (), searches: Iterable[str] = ()) -> None:
    """Begins the thread `silence` on pages, feeds and searches."""
    machine.editor.new("silence", "Silence", SourceList(addresses, tuple(feeds), tuple(searches)))


def run_again(machine: Machine, begin: Stage = "fetch") -> RunReport:
    """Runs the thread `silence`."""
    return machine.run("silence", begin)


def version_of(machine: Machine, number: int | None = None) -> Any:
    """The thread's last version, or another, as its JSON."""
    return json.loads(version_json(machine.queries.version("silence", number)))


def changing(prompt: str, change: Callable[[Any], None]) -> Callable[[Request], Any]:
    """The mechanical answer to `prompt`, changed in place before it is given."""

    def answer(request: Request) -> Any:
        found = testing.MECHANICAL[prompt](testing.material(request))
        change(found)
        return found

    return answer


# On loopback, as an operator runs it.


@pytest.fixture
def web() -> Iterator[doubles.Web]:
    with doubles.web_server() as server:
        yield server


@pytest.fixture
def model() -> Iterator[doubles.Model]:
    with doubles.model_server() as server:
        yield server


@pytest.fixture
def home(tmp_path: Path, web: doubles.Web, model: doubles.Model, database: str) -> Path:
    """A home whose settings reach the loopback servers, with one article on the web."""
    web.pages["/a"] = doubles.page("Silence and sums", *SILENCE)
    folder = tmp_path / "home"
    folder.mkdir()
    write_settings(folder, web, model, database=database)
    return folder


def write_settings(folder: Path, web: doubles.Web, model: doubles.Model, more: str = "", database: str = "") -> None:
    store = f'[store]\nurl = "{database}"\n' if database else ""
    (folder / "machine.toml").write_text(
        f'{store}[model]\nbase_url = "{model.base_url}"\nname = "double"\nattempts = 2\ndeadline_s = 60\n'
        f'[fetch]\nallow_hosts = ["{web.host}"]\ndeadline_s = 60\n{more}'
    )


@pytest.fixture
def thread(run: Run, home: Path, web: doubles.Web) -> str:
    """A thread on the one article, not yet run."""
    assert run("new", "silence", "--title", "Silence", "--page", f"{web.base}/a", "--home", home).code == 0
    return "silence"


@pytest.fixture
def server() -> Iterator[Server]:
    """A PostgreSQL server of the test's own, to be killed."""
    own = Server()
    own.start()
    yield own
    own.remove()


@pytest.fixture
def workers() -> Iterator[list[Process]]:
    """The workers that a test begins; those that are left are ended."""
    begun: list[Process] = []
    yield begun
    for each in begun:
        if each.lives:
            each.kill()
