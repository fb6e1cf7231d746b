"""Every wrong word, setting or file gets one line that says what, which one and what to do, and its exit code."""

import json
import sqlite3
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests import ROOT, doubles
from tests.conftest import write_settings

USAGE = [
    (["thread", "nowhere"], "no thread 'nowhere'"),
    (["show", "nowhere"], "no thread 'nowhere'"),
    (["history", "nowhere"], "no thread 'nowhere'"),
    (["verify", "nowhere"], "no thread 'nowhere'"),
    (["item", "0000"], "no item '0000'"),
    (["new", "x", "--title", "T", "--page", "not an address"], "no web address"),
    (["new", "x", "--title", "T", "--page", "ftp://a.example/"], "only http and https"),
    (["new", "x", "--title", "T", "--page", "http://user:pw@a.example/"], "user name or password"),
    (["new", "x", "--title", "T", "--page", "http:///path"], "names no host"),
    (["new", "x", "--title", "T", "--page", "http://a.example:99999/"], "no web address"),
    (["new", "x", "--title", "T", "--feed", "javascript:alert(1)"], "only http and https"),
    (["new", "x", "--title", "T"], "give --page, --feed"),
    (["new", "../x", "--title", "T", "--page", "http://a.example/"], "cannot be a thread's address"),
    (["new", "X Y", "--title", "T", "--page", "http://a.example/"], "cannot be a thread's address"),
    (["new", "x", "--title", "  ", "--page", "http://a.example/"], "title is empty"),
    (["new", "silence", "--title", "T", "--page", "http://a.example/"], "already"),
    (["new", "x", "--page", "http://a.example/"], "--title"),
    (["thread", "silence", "--from", "nowhere"], "no stage 'nowhere'"),
    (["thread", "silence", "--record", "a", "--replay", "b"], "not both"),
    (["thread", "silence", "--replay", "nowhere"], "holds no recording"),
    (["thread", "silence", "--plan", "--comments"], "give it alone"),
    (["show", "silence"], "has no version yet"),
    (["show", "silence", "--losses"], "has no version yet"),
    (["cast", "nowhere"], "no thread 'nowhere'"),
    (["cast", "silence"], "has no version yet"),
    (["cast", "silence", "--join", "A", "B"], "has no version yet"),
    (["show", "silence", "--version", "7"], "has no version yet"),
    (["show", "silence", "--format", "pdf"], "no format 'pdf'"),
    (["nonsense"], "nonsense"),
    (["thread"], "SLUG"),
]


@pytest.mark.parametrize(("words", "says"), USAGE, ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_usage(run, home, thread, words, says):
    placed = words if words == ["nonsense"] else [*words, "--home", home]
    ended = run(*placed)
    assert ended.code == 2
    assert ended.err.startswith("error: ")
    assert ended.err.count("\n") == 1
    assert says.lower() in ended.err.lower()
    as_json = run(*placed, "--json")
    assert as_json.json["exit_code"] == 2
    assert as_json.out.count("\n") == 1


SETTINGS = [
    ("[model\n", "cannot be read as TOML"),
    ("[model]\nname = 'a'\n[model]\nname = 'b'\n", "has [model] twice (at line 3, column 7): put all under the first"),
    ("[notify.mail]\n[notify.mail]\n", "has [notify.mail] twice"),
    ("[model]\nnmae = 'x'\n", "no setting model.nmae"),
    ("[modle]\nname = 'x'\n", "no setting modle"),
    ("[model]\napi_key = 'x'\n", "environment"),
    ("[model]\ndeadline_s = 'soon'\n", "model.deadline_s is not usable"),
    ("[model]\ndeadline_s = -1\n", "model.deadline_s is not usable"),
    ("[model]\nbase_url = 'nonsense'\n", "model.base_url is not usable: it is the OpenAI-compatible endpoint"),
    ("[store]\nurl = 'mysql://h/n'\n", "store.url is not usable: it is a PostgreSQL database"),
    ("[notify.webhook]\nurl = 'x'\n", "notify.webhook.url is not usable: it is the address that is told"),
    ("[fetch]\nallow_hosts = 3\n", "fetch.allow_hosts is not usable: write a list in brackets; it is "),
    ("[fetch]\nallow_hosts = [3]\n", "is not usable: write text in quotation marks; it is "),
    ("[batch]\nevery_hours = 0\n", "batch.every_hours is not usable: it should be greater than 0; it is hours between"),
    ("[model]\nsmall = 'x'\n", "model.small is not usable: it is a section, [model.small], with settings"),
    ("[thread]\nlanguage = 'klingon'\n", "thread.language is not usable: 'klingon' is no language"),
    ("[batch]\nmoney = 1.0\n", "a setting is not usable: [batch] money needs [model] price_in"),
    ("\x00\xff", "cannot be read"),
]


@pytest.mark.parametrize(("text", "says"), SETTINGS)
def test_settings(run, home, text, says):
    (home / "machine.toml").write_bytes(text.encode("latin-1"))
    ended = run("threads", "--home", home)
    assert ended.code == 2
    assert says in ended.err
    assert "machine.toml" in ended.err


def test_settings_saved_with_a_byte_order_mark_are_read(run, home):
    (home / "machine.toml").write_bytes(b"\xef\xbb\xbf" + (home / "machine.toml").read_bytes())
    assert run("threads", "--home", home).code == 0


def test_missing_key(run, home, thread):
    settings = (home / "machine.toml").read_text()
    (home / "machine.toml").write_text(settings.replace("[fetch]", "[fetch]\n").replace("base_url", "#base_url"))
    ended = run("thread", "silence", "--home", home)
    assert ended.code == 2
    assert "OPENAI_API_KEY is not set" in ended.err


def test_unreachable_endpoint(run, home, thread, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    ended = run("thread", "silence", "--home", home, "--json")
    assert ended.code == 1
    assert ended.json["outcome"] == "failed"
    assert "OPENAI_BASE_URL" in ended.json["troubles"][0]["message"]


ENDPOINT = [
    (401, b'{"error": {"message": "Incorrect API key: canary-key"}}', "OPENAI_API_KEY", 1),
    (403, b"{}", "OPENAI_API_KEY", 1),
    (404, b'{"error": {"message": "no such model"}}', "'double'", 1),
    (429, b'{"error": {"code": "insufficient_quota", "message": "x"}}', "quota", 1),
    (500, b"{}", "500", 3),  # the last in another way of asking
    (503, b"busy", "503", 2),
    (200, b"<html>a login page</html>", "no chat completion", 1),
    (200, b"[" * 100_000, "no chat completion", 1),
    (200, b'{"choices":' * 20_000, "no chat completion", 1),
    (200, b'{"object": "chat.completion", "choices": []}', "without a choice", 2),
    (200, doubles.completion(None, refusal="No."), "refused", 1),
    (200, doubles.completion('{"summary": "cut', finish="length"), "cut off", 1),
]


@pytest.mark.parametrize(("status", "body", "says", "requests"), ENDPOINT)
def test_endpoint(run, home, thread, model, status, body, says, requests):
    model.answer = lambda _: doubles.HttpAnswer(status, body, {"Content-Type": "application/json"})
    ended = run("thread", "silence", "--home", home, "--json")
    assert ended.code == 1
    assert says in ended.json["troubles"][0]["message"]
    assert "canary-key" not in ended.out + ended.err
    assert len(model.asked) == requests


def test_home_that_is_a_file(run, tmp_path):
    (tmp_path / "file").write_text("")
    ended = run("threads", "--home", tmp_path / "file")
    assert ended.code == 2
    assert "is no folder, as a home is: name another with --home" in ended.err


def test_a_home_that_is_not_there_is_begun_by_no_command_that_only_looks(run, tmp_path):
    for words in (("threads",), ("show", "x"), ("thread", "x"), ("batch",), ("status",), ("watch",)):
        ended = run(*words, "--home", tmp_path / "typo")
        assert ended.code == 2
        assert f"there is no folder {tmp_path / 'typo'}: name a home that is there, or begin one with `new" in ended.err
    assert not (tmp_path / "typo").exists()
    assert run("new", "x", "--title", "T", "--page", "http://a.example/", "--home", tmp_path / "typo").code == 0


def test_store_that_is_no_database(run, home):
    (home / "store.db").write_bytes(b"this is no database" * 100)
    ended = run("threads", "--home", home)
    assert ended.code == 1
    assert "store.db" in ended.err


def test_store_of_a_newer_program(run, home, thread):
    with sqlite3.connect(home / "store.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999_later'")
    ended = run("threads", "--home", home)
    assert ended.code == 1
    assert "newer program (9999_later)" in ended.err


def test_a_lock_that_cannot_be_taken(run, home, thread):
    (home / "locks/silence.lock").mkdir(parents=True)
    ended = run("thread", "silence", "--home", home)
    assert ended.code == 1
    assert ended.err.startswith("error: the operating system refuses: ")
    assert len(ended.err.splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(("out", "err", "code"), [("full", "null", 1), ("null", "full", 0), ("full", "full", 1)])
def test_an_output_that_takes_nothing(run, home, thread, monkeypatch, out, err, code):
    """What was asked for and cannot be said is a failure; how far it is need not be heard."""
    ended = None
    with suppress(OSError), Path("/dev", out).open("w") as stdout, Path("/dev", err).open("w") as stderr:
        monkeypatch.setattr(sys, "stdout", stdout)
        monkeypatch.setattr(sys, "stderr", stderr)
        ended = run("thread", "silence", "--home", home)  # what cannot be written fails again when it is closed
    assert ended is not None
    assert ended.code == code
    assert (home / "site/threads/silence/v1/index.html").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_an_output_that_takes_nothing_is_told_in_one_line(home, thread):
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "run.py", "threads", "--home", str(home)],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert ended.returncode == 1
    assert ended.stderr.startswith("error: ")
    assert "No space left" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_damaged_recording(run, home, thread, tmp_path):
    kept = tmp_path / "kept"
    run("thread", "silence", "--record", kept, "--home", home)
    (kept / "exchanges.json").write_text("{")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    ended = run("thread", "silence", "--replay", kept, "--home", elsewhere)
    assert ended.code == 2
    assert "damaged" in ended.err


def test_demo_never_empties_a_home_that_is_not_its_own(run, home, thread):
    ended = run("demo", "--home", home)
    assert ended.code == 2
    assert "not the demo's" in ended.err
    assert run("threads", "--home", home, "--json").json["threads"]


def test_check_gives_a_verdict_for_each(run, home, web, model):
    well = run("check", "--home", home, "--json")
    assert well.code == 0
    assert {name: part["ok"] for name, part in well.json.items()} == dict.fromkeys(
        ("settings", "store", "endpoint"), True
    )
    write_settings(home, web, model)
    (home / "machine.toml").write_text(
        (home / "machine.toml").read_text().replace(model.base_url, "http://127.0.0.1:9")
    )
    ill = run("check", "--home", home, "--json")
    assert ill.code == 1
    assert not ill.json["endpoint"]["ok"]
    assert json.dumps(ill.json).count("cannot be reached") == 1


def test_an_address_that_no_index_takes_is_refused(run, home):
    done = run("new", "long", "--title", "Long", "--page", f"https://a.example/{'x' * 2000}", "--home", home)
    assert done.code == 2
    assert "longer than 2000 characters" in done.err
