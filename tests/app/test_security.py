"""What is promised in SECURITY.md, at the doors where it is kept."""

import http.client
import json
import os
import sqlite3
import stat
import threading
import zlib
from contextlib import closing, contextmanager

import pytest

from pipeline.app.serving import SiteServer
from pipeline.errors import UsageError
from pipeline.store.postgresql import PostgreSQL
from tests.store import revisions


@contextmanager
def serving(site):
    server = SiteServer(site, 0)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    with server:
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def answer(base, path="/", host=None):
    connection = http.client.HTTPConnection(base.partition("://")[2], timeout=10)
    connection.request("GET", path, headers={"Host": host} if host else {})
    with connection.getresponse() as response:
        return response.status, response.headers


def test_the_site_is_served_with_its_policy_and_nothing_beside_it(tmp_path):
    (tmp_path / "a/folder").mkdir(parents=True)
    (tmp_path / "a/index.html").write_text("a page")
    (tmp_path / "secret").write_text("a secret")
    (tmp_path / "a/out").symlink_to(tmp_path / "secret")
    for name in ("within/index.html", "older/index.htm"):
        (tmp_path / "a" / name).parent.mkdir()
        (tmp_path / "a" / name).symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "a/pipe")
    (tmp_path / "site").symlink_to(tmp_path / "a")  # as published
    with serving(tmp_path / "site") as base:
        status, headers = answer(base)
        assert status == 200
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        assert headers["X-Content-Type-Options"] == "nosniff"
        paths = ["/folder/", "/folder", "/out", "/../secret", "/%2e%2e/secret", "/%00", "/pipe"]
        paths += ["/within/", "/within/index.html", "/older/"]
        assert {path: answer(base, path)[0] for path in paths} == dict.fromkeys(paths, 404)
        assert answer(base, host="evil.example")[0] == 421
        assert answer(base, host=f"localhost:{base.rpartition(':')[2]}")[0] == 200


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_what_may_be_private_is_its_owners_alone(run, home, thread, tmp_path):
    run("thread", "silence", "--record", tmp_path / "kept", "--home", home)
    run("backup", tmp_path / "kept.db", "--home", home)
    private = [home / "store.db", tmp_path / "kept.db", *(tmp_path / "kept").iterdir()]
    assert {path.name: mode(path) & 0o077 for path in private} == {path.name: 0 for path in private}
    assert mode(tmp_path / "kept") == 0o700
    assert mode(home / "site/index.html") & 0o044


def test_a_key_that_a_server_repeats_in_its_headers_is_not_recorded(run, home, thread, web, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "canary-key-that-must-not-be-kept")
    etag = {"ETag": '"canary-key-that-must-not-be-kept"'}
    web.pages["/a"] = web.pages["/a"]._replace(headers={**web.pages["/a"].headers, **etag})
    run("thread", "silence", "--record", tmp_path / "kept", "--home", home)
    kept = (tmp_path / "kept/exchanges.json").read_text()
    assert "[key]" in kept
    assert "canary-key" not in kept


@pytest.mark.parametrize("url", ["postgresql://u:hidden@h/n", "postgresql://u@h/n?password=hidden"])
def test_the_name_of_a_database_has_no_password(url):
    assert "hidden" not in PostgreSQL(url).name


def test_a_password_with_a_bare_at_sign_is_refused_without_a_word_of_it():
    with pytest.raises(UsageError) as refused:
        PostgreSQL("postgresql://u:hid@den@h/n")
    assert "%40" in str(refused.value)
    assert "den" not in str(refused.value)


UNREADABLE = ["http://u:hidden/x@h:1/v1", "http://u:hidden#x@h/v1", "http://u:hidden?x@h/v1", "http://u:hidden@[h/v1"]
ASKED = {
    "model.base_url": '[model]\nbase_url = "{}"',
    "model.proxy": '[model]\nproxy = "{}"',
    "model.small.base_url": '[model.small]\nname = "m"\nbase_url = "{}"',
    "model.check.base_url": '[model.check]\nname = "m"\nbase_url = "{}"',
    "search.searxng": '[search]\nproviders = ["searxng"]\nsearxng = "{}"',
    "notify.webhook.url": '[notify.webhook]\nurl = "{}"',
    "HOOK": '[notify.webhook]\nurl_from = "HOOK"',
    "OPENAI_BASE_URL": "",
}


@pytest.mark.parametrize("setting", ASKED)
@pytest.mark.parametrize("url", UNREADABLE)
def test_an_address_that_breaks_off_in_its_password_is_refused_without_a_word_of_it(
    run, home, model, monkeypatch, setting, url
):
    more = ASKED[setting].format(url)
    (home / "machine.toml").write_text(more if "[model]" in more else f'[model]\nbase_url = "{model.base_url}"\n{more}')
    if setting.isupper():
        monkeypatch.setenv(setting, url)
    ended = run("check", "--home", home)
    assert ended.code in (1, 2)
    assert "hidden" not in ended.out + ended.err
    assert "fault of this program" not in ended.out + ended.err
    assert setting in ended.out + ended.err or setting == "OPENAI_BASE_URL"


@pytest.mark.parametrize("url", ["postgresql://u:hidden x@127.0.0.1:1/n", "postgresql://u:hidden%00x@127.0.0.1:1/n"])
def test_what_the_driver_cannot_read_of_a_database_address_is_told_without_its_password(run, home, url):
    (home / "machine.toml").write_text(f'[store]\nurl = "{url}"\n')
    ended = run("threads", "--home", home)
    assert (ended.code, ended.err.count("\n"), "hidden" in ended.err) == (2, 1, False)
    assert "[store] url" in ended.err


NESTED = "[" * 100_000


def test_what_is_nested_without_end_gets_one_line(run, home, thread, tmp_path):
    kept = tmp_path / "kept"
    run("thread", "silence", "--record", kept, "--home", home)
    (kept / "exchanges.json").write_text(NESTED)
    broken = run("thread", "silence", "--replay", kept, "--home", tmp_path / "other")
    assert (broken.code, broken.err.count("\n"), "damaged" in broken.err) == (2, 1, True)
    (kept / "run.json").write_text(NESTED)
    assert run("thread", "silence", "--replay", kept, "--home", tmp_path / "third").code == 2
    (home / "machine.toml").write_text(f"a = {NESTED}")
    settings = run("threads", "--home", home)
    assert (settings.code, settings.err.count("\n"), "machine.toml" in settings.err) == (2, 1, True)


def set_in(place, value):
    """Changes all exchanges at a place, as `response.headers`."""

    def damage(kept):
        recording = json.loads((kept / "exchanges.json").read_text())
        part, name = place.split(".")
        for exchange in recording["interactions"]:
            exchange[part][name] = value
        (kept / "exchanges.json").write_text(json.dumps(recording))

    return damage


def set_moment(kept, moment):
    told = json.loads((kept / "run.json").read_text())
    (kept / "run.json").write_text(json.dumps({**told, "started_at": moment}))


DAMAGED = {
    "headers": set_in("response.headers", [1]),
    "a header": set_in("response.headers", {"location": [1]}),
    "a status": set_in("response.status", {"code": "abc"}),
    "no status": set_in("response.status", None),
    "a status that is none": set_in("response.status", {"code": 7}),
    "an address": set_in("request.uri", 5),
    "a method": set_in("request.method", None),
    "a body": set_in("response.body", 7),
    "a request's body": set_in("request.body", 5),
    "a moment before all": lambda kept: set_moment(kept, "0001-01-01T00:00:00Z"),
    "a moment without a zone": lambda kept: set_moment(kept, "2026-03-25T12:00:00"),
    "bytes of a run": lambda kept: (kept / "run.json").write_bytes(b"\xff\xfe"),
}


@pytest.mark.parametrize("what", DAMAGED)
def test_a_recording_whose_parts_are_none_gets_one_line(run, home, thread, tmp_path, what):
    run("thread", "silence", "--record", tmp_path / "kept", "--home", home)
    DAMAGED[what](tmp_path / "kept")
    done = run("thread", "silence", "--replay", tmp_path / "kept", "--home", tmp_path / "other")
    assert (done.code, done.err.count("\n"), "damaged" in done.err) == (2, 1, True)


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
HOSTILE = {
    "a view": "DROP TABLE paces; CREATE VIEW paces AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
    "SELECT x AS name, x AS used_until, x AS rests_until FROM n",
    "a missing table": "DROP TABLE paces",
    "a missing column": "ALTER TABLE watched DROP COLUMN taken",
    "an orphan": "PRAGMA foreign_keys = OFF; INSERT INTO thread_sources VALUES ('nobody', 0, 'page', 'x', NULL)",
    "a newer one": "UPDATE alembic_version SET version_num = '9999_later'",
    "a trigger of its own": f"CREATE TRIGGER t AFTER INSERT ON paces BEGIN SELECT ({ENDLESS}); END",
    "a trigger under a name of ours": "DROP TRIGGER versions_no_update; CREATE TRIGGER versions_no_update BEFORE UPDATE "
    "ON versions BEGIN SELECT count(*) FROM replies AS a, replies AS b, replies AS c; END",
    "a thread named out of the site": "PRAGMA foreign_keys = OFF; UPDATE threads SET slug = '../../../evil'; "
    "UPDATE thread_sources SET thread = '../../../evil'",
    "a state that is none": "UPDATE threads SET state = 'nonsense'",
    "a title of bytes": "UPDATE threads SET title = x'ff00'",
    "an item named out of the site": "INSERT INTO items VALUES ('../evil', 'h', NULL, json_object('id', '../evil', 'url', "
    "'http://a.example/', 'via', 'page', 'title', 'T', 'venue', 'V', 'first_seen_at', '2026-03-25T12:00:00Z'))",
    "a record under another's name": "INSERT INTO items VALUES ('one', 'h', NULL, json_object('id', 'other', 'url', "
    "'http://a.example/', 'via', 'page', 'title', 'T', 'venue', 'V', 'first_seen_at', '2026-03-25T12:00:00Z'))",
    "nested without end": "INSERT INTO days VALUES ('2026-03-25', replace(hex(zeroblob(100000)), '00', '['))",
    "a day out of the site": """INSERT INTO days VALUES ('../x', '{"date": "../x"}')""",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_backup_gets_one_line_and_leaves_nothing(run, home, thread, tmp_path, what):
    run("backup", tmp_path / "kept.db", "--home", home)
    with closing(sqlite3.connect(tmp_path / "kept.db")) as database:
        database.executescript(HOSTILE[what])
    done = run("restore", tmp_path / "kept.db", "--home", tmp_path / "other")
    assert done.code in (1, 2)
    assert (done.err.count("\n"), "kept.db" in done.err, "fault of this program" in done.err) == (1, True, False)
    assert json.loads(run("threads", "--home", tmp_path / "other", "--json").out) == {"threads": []}


def test_a_page_that_unpacks_without_end_is_no_part_of_a_backup(run, home, thread, tmp_path):
    run("thread", "silence", "--home", home)
    run("backup", tmp_path / "kept.db", "--home", home)
    with closing(sqlite3.connect(tmp_path / "kept.db")) as database:
        database.execute("UPDATE fetches SET body = ?", (zlib.compress(b"0" * 301_000_000, 1),))
        database.commit()
    done = run("restore", tmp_path / "kept.db", "--home", tmp_path / "other")
    assert (done.code, "a row of fetches" in done.err) == (1, True)


@pytest.mark.parametrize("revision", ["0001_first_store", "0010_page_tokens", "0014_operator"])
def test_a_trigger_in_an_older_backup_is_refused_before_it_is_brought_up_to_date(run, tmp_path, revision):
    kept = tmp_path / "kept.db"
    revisions.migrate(kept, revision)
    assert "holds nothing" in run("restore", kept, "--home", tmp_path / "other").err, "triggers of ours are none"
    with closing(sqlite3.connect(kept)) as database:
        database.executescript(f"CREATE TRIGGER t AFTER UPDATE ON alembic_version BEGIN SELECT ({ENDLESS}); END")
    done = run("restore", kept, "--home", tmp_path / "other")
    assert (done.code, "it has 't'" in done.err) == (2, True)
