"""Fixtures: loopback servers, a home, and the command line called as an operator would."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pipeline import settings
from pipeline.cli import main as cli
from pipeline.store.database import Store
from tests import doubles
from tests.postgres import Server
from tests.workers import Process


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
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return Ended(int(ended.value.code or 0), captured.out, captured.err)

    return call


ON_BOTH = {"test_store", "test_thread", "test_update", "test_states", "test_today"}
"""The modules whose tests run on SQLite and on PostgreSQL."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.module.__name__.rpartition(".")[2] in ON_BOTH and "database" in metafunc.fixturenames:
        metafunc.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL server for the whole session."""
    server = Server(tmp_path_factory.mktemp("postgres") / "server")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Where a home's store is: "" for a file in the home, else the address of a database."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return ""
    found: str = request.getfixturevalue("postgres").new_database()
    return found


def store_of(home: Path) -> Store:
    """The store of a home, opened."""
    url = settings.load(home, {}).store.url
    return Store(url or home / "store.db")


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def web() -> Iterator[doubles.Web]:
    with doubles.web_server() as server:
        yield server


@pytest.fixture
def model() -> Iterator[doubles.Model]:
    with doubles.model_server() as server:
        yield server


SILENCE = (
    "Ten minutes of silence raised arithmetic scores by 0.31 in 24 schools, the first study said.",
    "The board said: “We will not change a timetable because of one preprint.”",
    "A replication in 61 schools found 0.04, and it does not quite exclude 0.10.",
)


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
        f'{store}[model]\nbase_url = "{model.base_url}"\nname = "double"\nattempts = 2\ndeadline_s = 5\n'
        f'[fetch]\nallow_hosts = ["{web.host}"]\ndeadline_s = 5\n{more}'
    )


@pytest.fixture
def thread(run: Run, home: Path, web: doubles.Web) -> str:
    """A thread on the one article, not yet run."""
    assert run("new", "silence", "--title", "Silence", "--page", f"{web.base}/a", "--home", home).code == 0
    return "silence"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A PostgreSQL server of the test's own, to be killed."""
    own = Server(tmp_path / "server")
    own.start()
    yield own
    own.stop()


@pytest.fixture
def workers() -> Iterator[list[Process]]:
    """The workers that a test begins; those that are left are ended."""
    begun: list[Process] = []
    yield begun
    for each in begun:
        if each.lives:
            each.kill()
