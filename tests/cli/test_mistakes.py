"""What operators do by mistake, or where their machine fails: a line says what, which one and what to do."""

import shutil
import subprocess
import sys

import pytest

from pipeline.store.sqlite import SQLite
from tests import ROOT

LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.argv = ["run.py", *sys.argv[2:]]
from pipeline.cli import main as cli
cli.main()
"""


def test_a_merged_thread_is_not_opened_or_divided_but_the_one_that_goes_on_is_named(run, home, thread, web):
    run("new", "other", "--title", "Other", "--page", f"{web.base}/a", "--home", home)
    assert run("merge", thread, "other", "--home", home).code == 0
    for words in (("reopen", thread), ("close", thread), ("split", thread, "new", "--title", "T", "--item", "x")):
        ended = run(*words, "--home", home)
        assert ended.code == 2
        assert "was merged into 'other' before: name that one" in ended.err
    assert run("threads", "--home", home, "--json").json["threads"][1]["state"] == "closed"


def test_what_is_looked_for_is_found_by_the_command_that_is_named(run, home, thread):
    assert run("thread", thread, "--home", home).code == 0
    told = {
        ("show", thread, "--version", 9): "has no version 9: its newest is 1 (`history silence`)",
        ("diff", thread, 1, 2): "has no version 2: its newest is 1 (`history silence`)",
        ("item", "0000"): "ids stand in `items SLUG`",
        ("item", "0000", "--take", thread): "ids stand in `items silence`",
        ("split", thread, "new", "--title", "T", "--item", "0000"): "ids stand in `items silence`",
        ("correct", thread, "--voice", "Q", "R"): "nor a name near it: `cast SLUG` has all",
        ("item", "0000", "--drop", "--take", thread): "give one of them",
    }
    for words, says in told.items():
        ended = run(*words, "--home", home)
        assert (ended.code, says in ended.err) == (2, True), ended.err


def test_a_renamed_thread_is_so_on_its_page_at_once(run, home, thread):
    assert run("thread", thread, "--home", home).code == 0
    run("rename", thread, "--title", "Do ten quiet minutes help?", "--home", home)
    assert "Do ten quiet minutes help?" in (home / "site/threads/silence/index.html").read_text()


def test_a_backup_that_has_no_room_leaves_nothing_and_says_what_helps(run, home, thread, tmp_path):
    assert run("thread", thread, "--home", home).code == 0
    kept = tmp_path / "backups"
    kept.mkdir()
    words = [sys.executable, "-c", LIMITED, "50000", "backup", str(kept / "b.db"), "--home", str(home)]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1, ended.stderr
    assert "could not be copied to" in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert list(kept.iterdir()) == []


@pytest.mark.parametrize(
    ("said", "free", "advises"),
    [
        ("database or disk is full", 1 << 30, "its disk is full: make room"),
        ("disk I/O error", 0, "its disk is full: make room"),
        ("disk I/O error", 1 << 30, "its disk fails: look at the system's log"),
        ("attempt to write a readonly database", 0, "run as the user whose home it is"),
        ("database is locked", 1 << 30, "another program writes to it"),
        ("no such table: x", 1 << 30, ""),
    ],
)
def test_what_sqlite_says_is_told_with_what_helps(monkeypatch, tmp_path, said, free, advises):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1 << 40, 0, free))
    advice = SQLite(tmp_path / "store.db").advice(said)
    assert advice.startswith(advises)
    assert bool(advice) == bool(advises)
