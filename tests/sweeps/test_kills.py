"""A run that is killed, for real: what `tests/runs/test_cost.py` does at every write in one process is done to a process
of its own here, at some of them; and a disk that is full at some places."""

import shutil
import signal
from contextlib import contextmanager

import pytest

from pipeline.store.database import Store
from tests import doubles
from tests.program import Process
from tests.runs.test_batch import article, begin, due_again, version_of
from tests.runs.test_thread import ran
from tests.sampling import sample_of
from tests.sweeps.kills import full, killed


def comparable(version):
    """A version without the moment it was made."""
    return {key: value for key, value in version.items() if key != "made_at"}


@pytest.fixture
def standing(run, home, web, model):
    """A thread with one version, and news on the web. One question is under way at a time: a kill loses what is in
    flight, and that is at most one."""
    settings = home / "machine.toml"
    settings.write_text(settings.read_text().replace("[model]", "[model]\nparallel = 1"))
    web.pages["/feed"] = doubles.feed(web.base, ("Silence and sums", "/a"))
    run("new", "silence", "--title", "S", "--feed", f"{web.base}/feed", "--page", f"{web.base}/a", "--home", home)
    ran(run, home)
    for name in ("b", "c"):
        text = f"The councillor for ward {name} put the cost far higher, with the cover teachers of {name} included. "
        web.pages[f"/{name}"] = doubles.page(f"The cost in {name}", *(f"{n} {text}" for n in "xyz" * 30))
    web.pages["/feed"] = doubles.feed(web.base, ("The cost", "/b"), ("It again", "/c"), ("Silence and sums", "/a"))
    return home


@pytest.fixture
def written(monkeypatch):
    """Each write that this process makes."""
    whole, found = Store.writing, []

    @contextmanager
    def writing(store, **how):
        with whole(store, **how) as connection:
            yield connection
        found.append(store)

    monkeypatch.setattr(Store, "writing", writing)
    return found


def test_killed_after_a_write_of_an_update_it_ends_with_the_same_version(run, web, model, standing, written, tmp_path):
    reference = tmp_path / "reference"
    shutil.copytree(standing, reference)
    since = len(model.asked)
    written.clear()
    assert run("thread", "silence", "--home", reference).code == 0
    calls, writes = len(model.asked) - since, len(written)
    assert writes > 10
    wanted = comparable(run("show", "silence", "--format", "json", "--home", reference).json)
    assert wanted["version"] == 2
    for number in sample_of(range(1, writes + 1), 15):
        place = tmp_path / str(number)
        shutil.copytree(standing, place)
        since = len(model.asked)
        process = Process(tmp_path / "said", number, "thread", "silence", "--home", place, main=killed)
        assert process.wait() == -signal.SIGKILL, process.said()
        again = run("thread", "silence", "--home", place)
        assert again.code == 0, (number, again.err)
        assert comparable(run("show", "silence", "--format", "json", "--home", place).json) == wanted, number
        assert len(model.asked) - since <= calls + 1, f"killed at write {number}, more than one call was paid twice"
        assert run("check", "--home", place).out.count("ok    store") == 1


@pytest.mark.parametrize("room", sample_of([0, 20_000, 50_000, 80_000], 2))
def test_a_full_disk_ends_with_1_and_the_next_batch_picks_up(run, home, web, model, tmp_path, room):
    begin(run, home, web, "alpha")
    run("batch", "--home", home)
    due_again(home)
    before = (home / "site/threads/alpha/index.html").read_bytes()
    begin(run, home, web, "beta")
    web.pages["/beta"] = article("beta", 60)
    largest = (home / "store.db").stat().st_size + room
    process = Process(tmp_path / "said", largest, "batch", "--home", home, main=full)
    assert process.wait() == 1, process.said()
    assert "Traceback" not in process.said()
    assert (home / "site/threads/alpha/index.html").read_bytes() == before
    assert run("check", "--home", home).out.count("ok    store") == 1
    assert run("batch", "--home", home).code == 0
    assert version_of(run, home, "beta") == 1
