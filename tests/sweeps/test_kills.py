"""A run that is killed, for real: what `tests/runs/test_cost.py` does at every write in one process is done to a process
of its own here, at some of them; and a disk that is full at some places."""

import shutil
import signal
import subprocess
import sys

import pytest

from tests import ROOT, doubles
from tests.runs.test_batch import article, begin, due_again, version_of
from tests.runs.test_thread import ran
from tests.sampling import sample_of, step

EVERY = step(30)
"""Of so many writes, one is the last before a kill."""

KILLED = """
import os, signal, sys
from contextlib import contextmanager
from pipeline.cli import main as cli
from pipeline.store.database import Store
whole, left = Store.writing, [int(sys.argv.pop(1))]
@contextmanager
def writing(store, **how):
    with whole(store, **how) as connection:
        yield connection
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
Store.writing = writing
cli.main()
"""


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
        text = f"The councillor for ward {name} put the cost at 6.1 million crowns, cover teachers of {name} included. "
        web.pages[f"/{name}"] = doubles.page(f"The cost in {name}", *(f"{n} {text}" for n in "xyz" * 30))
    web.pages["/feed"] = doubles.feed(web.base, ("The cost", "/b"), ("It again", "/c"), ("Silence and sums", "/a"))
    return home


def test_killed_after_a_write_of_an_update_it_ends_with_the_same_version(run, web, model, standing, tmp_path):
    reference = tmp_path / "reference"
    shutil.copytree(standing, reference)
    since = len(model.asked)
    assert run("thread", "silence", "--home", reference).code == 0
    calls = len(model.asked) - since
    wanted = comparable(run("show", "silence", "--format", "json", "--home", reference).json)
    assert wanted["version"] == 2
    writes = 1 - EVERY
    while True:
        writes += EVERY
        place = tmp_path / str(writes)
        shutil.copytree(standing, place)
        since = len(model.asked)
        words = [sys.executable, "-c", KILLED, str(writes), "thread", "silence", "--home", str(place)]
        ended = subprocess.run(words, cwd=ROOT, capture_output=True, check=False).returncode
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        again = run("thread", "silence", "--home", place)
        assert again.code == 0, (writes, again.err)
        assert comparable(run("show", "silence", "--format", "json", "--home", place).json) == wanted, writes
        assert len(model.asked) - since <= calls + 1, f"killed at write {writes}, more than one call was paid twice"
        assert run("check", "--home", place).out.count("ok    store") == 1
    assert writes > 10


FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.argv = ["run.py", *sys.argv[2:]]
from pipeline.cli import main as cli
cli.main()
"""


@pytest.mark.parametrize("room", sample_of([50_000, 0, 20_000, 80_000], 4))
def test_a_full_disk_ends_with_1_and_the_next_batch_picks_up(run, home, web, model, room):
    """No file may grow beyond where the disk is full: the store, its log and the site alike."""
    begin(run, home, web, "alpha")
    run("batch", "--home", home)
    due_again(home)
    before = (home / "site/threads/alpha/index.html").read_bytes()
    begin(run, home, web, "beta")
    web.pages["/beta"] = article("beta", 60)
    largest = (home / "store.db").stat().st_size + room
    words = [sys.executable, "-c", FULL, str(largest), "batch", "--home", str(home)]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1, ended.stderr
    assert "Traceback" not in ended.stderr
    assert (home / "site/threads/alpha/index.html").read_bytes() == before
    assert run("check", "--home", home).out.count("ok    store") == 1
    assert run("batch", "--home", home).code == 0
    assert version_of(run, home, "beta") == 1
