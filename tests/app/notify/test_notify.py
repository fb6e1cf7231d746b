"""Being told where one is: what is told, to whom, once, whatever fails on the way; and that no secret goes astray."""

import base64
import json
import shutil
import socket
import subprocess
from contextlib import closing, suppress
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from pipeline import testing
from pipeline.app.notify import forms, mail
from pipeline.app.notify.message import test_message as a_test_message
from pipeline.cli.format import status_lines
from pipeline.fetch.source_list import SourceList
from pipeline.records.batches import BatchReport, ThreadResult
from pipeline.records.notices import Notice, of_batch
from pipeline.records.runs import Problem
from pipeline.runs import recording
from pipeline.settings import Settings
from pipeline.settings.notify import MailSettings
from pipeline.store import outbox
from tests.app.notify.receivers import hook_server, mail_server
from tests.conftest import ARTICLE, SILENCE, follow, run_again, store_of
from tests.doubles import NOW, HttpAnswer

SECRET = "whsec_" + base64.b64encode(b"a secret of the receiver").decode()
SECRETS = {"SECRET": SECRET, "TOKEN": "token-of-the-operator", "PASSWORD": "word-of-the-mail-server"}
PAGE = "https://machine.example/threads/silence/v2/"


@pytest.fixture
def hook():
    with hook_server() as server:
        yield server


@pytest.fixture
def post():
    with mail_server() as server:
        yield server


@pytest.fixture
def begin(begin_machine):
    """Makes a machine that tells, and knows the secrets."""

    def make(**notify):
        made = begin_machine(site={"base_url": "https://machine.example/"}, notify=notify)
        made._notifier._secret = SECRETS.get
        return made

    return make


def by_mail(post, **more):
    return {
        "to": ["ada@example.org"],
        "sender": "machine@example.org",
        "server": post.server,
        "security": "none",
        **more,
    }


def untold(machine):
    return [(each.notice.event, each.channel, each.state) for each in machine.status(14).untold]


def later(clock):
    clock.forward(timedelta(days=1))


# What is told


def test_a_new_version_is_told_by_each_way_once(begin, hook, post, pages, clock):
    machine = begin(webhook={"url": hook.url, "secret_from": "SECRET"}, mail=by_mail(post))
    follow(machine, ARTICLE)
    run_again(machine)
    run_again(machine)
    pages.pages["http://a.example/b"] = testing.article("The cost", "Cover teachers cost 6.1 million, the ward said.")
    machine.editor.follow("silence", SourceList(("http://a.example/b",)))
    run_again(machine)
    first, second = (told.body for told in hook.told)
    assert (first["type"], first["timestamp"], first["data"]["version"]) == ("version", "2026-03-25T12:00:00Z", 1)
    assert (second["data"]["version"], second["data"]["page"]) == (2, PAGE)
    assert second["data"]["whats_new"] == [
        {"text": "Cover teachers cost 6.1 million, the ward said.", "reading": False}
    ]
    assert second["data"]["cost"]["calls"] == machine.show("silence").made_by.calls
    assert len(post.mails) == 2
    _, to, raw = post.mails[1]
    got = message_from_bytes(raw, policy=policy.default)
    assert (to, got["Subject"], got.get_content_type()) == (
        ["ada@example.org"],
        "A discussion of silence: version 2",
        "text/plain",
    )
    text = got.get_content().replace("\r\n", "\n")
    assert "What's new: Cover teachers cost 6.1 million, the ward said.\n" in text
    assert f"\n{PAGE}\n" in text
    assert "model calls" in text
    assert untold(machine) == []


def test_only_what_settings_name_is_told(begin, hook):
    machine = begin(events=["failed"], webhook={"url": hook.url})
    follow(machine, ARTICLE)
    assert run_again(machine).version == 1
    assert (hook.told, untold(machine)) == ([], [])


def test_a_batch_that_failed_or_spent_its_ceiling_is_told_with_what_failed():
    """A feed that is down is in the report, and calls nobody."""
    down = Problem(what="http://a.example/feed", reason="http 404", message="it answered 404")
    fine = ThreadResult(thread="a", outcome="new version", version=1, problems=3)
    assert of_batch(BatchReport(started_at=NOW, threads=(fine,), problems=(down,))) == []
    unasked = Problem(what="the model", reason="model unavailable", message="no key")
    lost = ThreadResult(thread="b", outcome=None, problem="not run: disk full")
    short = ThreadResult(thread="c", outcome="allowance spent", budget_spent=True)
    report = BatchReport(started_at=NOW, threads=(lost, short), problems=(down, unasked), budget_spent=True)
    failed, ceiling = of_batch(report)
    assert (failed.event, failed.lines) == ("failed", ("no key", "b: not run: disk full"))
    assert (ceiling.event, ceiling.lines) == ("ceiling", ("c: goes on with the next batch",))


def test_failing_runs_and_batches_and_spent_ceilings_are_told(begin_machine, script, hook, clock, pages):
    machine = begin_machine(notify={"webhook": {"url": hook.url}}, model={"run_tokens": 100}, batch={"every_hours": 1})
    follow(machine, ARTICLE)
    run_again(machine)
    later(clock)
    machine.batch()
    pages.pages.clear()
    machine.editor.new("lost", "Lost", SourceList(("http://a.example/gone",)))
    machine.run("lost")
    told = [(told.body["type"], told.body["data"]["thread"]) for told in hook.told]
    assert told == [("ceiling", "silence"), ("ceiling", None), ("failed", "lost")]
    assert hook.told[2].body["data"]["problems"] == ["http://a.example/gone answered 404"]


def test_a_recorded_run_is_no_news(begin, hook, tmp_path):
    machine = begin(webhook={"url": hook.url})
    follow(machine, ARTICLE)
    thread = machine.queries.thread("silence")
    recording.save(tmp_path, recording.RecordedRun(started_at=NOW, thread=thread, model="double"))
    (tmp_path / "exchanges.json").write_text('{"version": 1, "interactions": []}')
    assert machine.run("silence", replay=tmp_path).version == 1
    assert (hook.told, untold(machine)) == ([], [])


# The forms


def test_the_signature_is_that_of_the_standard():
    """A body signed by other implementations of it."""
    name, secret = "msg_p5jXN8AQM9LWM0D4loKWxJek", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    signed = forms.signature(secret, name, "1614265330", b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_is_sent_is_what_was_signed(begin, hook, clock):
    machine = begin(webhook={"url": hook.url, "secret_from": "SECRET"})
    follow(machine, ARTICLE)
    run_again(machine)
    [told] = hook.told
    name, moment = told.headers["webhook-id"], told.headers["webhook-timestamp"]
    assert (name, moment) == ("version-silence-1-20260325T120000Z", str(int(clock().timestamp())))
    assert told.headers["webhook-signature"] == forms.signature(SECRET, name, moment, told.raw)


HOSTILE = a_test_message(NOW)._replace(subject="A <b> & c", text="<!channel> wé ◇" * 1000, link="https://x.example/v1/")


def formed(form, url="https://r.example/room/topic", message=HOSTILE):
    request = forms.request_for(forms.Receiver(url, form, token="t" * 12), message, NOW)
    assert request.headers["Authorization"] == f"Bearer {'t' * 12}"
    assert set(request.headers) <= {"Content-Type", "Authorization", "webhook-id", "webhook-timestamp"}
    return request.method, request.url, json.loads(request.body)


def test_slack_gets_its_text_and_nobody_is_called():
    method, url, body = formed("slack")
    assert (method, url, set(body)) == ("POST", "https://r.example/room/topic", {"text"})
    assert body["text"].startswith("A &lt;b&gt; &amp; c\n\n&lt;!channel&gt; wé ◇")


def test_ntfy_gets_a_message_that_it_shows_whole():
    method, url, body = formed("ntfy")
    assert (method, url, body["topic"], body["click"]) == ("POST", "https://r.example/room/", "topic", HOSTILE.link)
    assert (body["title"], body["message"][-1]) == ("A <b> & c", "…")
    assert len(body["message"].encode()) < 4096


def test_matrix_gets_an_event_that_rings_once():
    method, url, body = formed("matrix", "https://m.example/_matrix/client/v3/rooms/!r:m.example/send/m.room.message")
    assert (method, url.rpartition("/")[2]) == ("PUT", HOSTILE.id)
    assert (body["msgtype"], body["body"].startswith("A <b> & c\n\n<!channel>")) == ("m.text", True)


@pytest.mark.parametrize("form", ["slack", "ntfy", "matrix"])
def test_each_form_arrives(begin, hook, form):
    machine = begin(webhook={"url": hook.url, "form": form, "token_from": "TOKEN"})
    follow(machine, ARTICLE)
    run_again(machine)
    [told] = hook.told
    assert told.headers["authorization"] == f"Bearer {SECRETS['TOKEN']}"
    assert SILENCE[0] in json.dumps(told.body, ensure_ascii=False)


# Once, whatever fails


@pytest.mark.parametrize("status", [302, 400, 410, 429, 500])
def test_what_is_refused_is_told_later_and_fails_no_run(begin, hook, clock, status):
    elsewhere = {"Location": hook.url.replace("/hook", "/other")}
    hook.answer = lambda _: HttpAnswer(status, b"no", elsewhere)
    machine = begin(webhook={"url": hook.url})
    follow(machine, ARTICLE)
    assert run_again(machine).exit_code == 0
    assert run_again(machine).exit_code == 0  # at once, nobody is asked again
    assert ([told.path for told in hook.told], untold(machine)) == (["/hook"], [("version", "webhook", "waiting")])
    assert machine.status(14).untold[0].problem == f"127.0.0.1 answered {status}"
    hook.answer = lambda _: HttpAnswer(200, b"")
    later(clock)
    run_again(machine)
    run_again(machine)
    assert len({told.headers["webhook-id"] for told in hook.told}) == 1
    assert (len(hook.told), untold(machine)) == (2, [])


def test_what_nobody_takes_is_given_up_and_named(begin, hook, clock):
    hook.answer = lambda _: HttpAnswer(500, b"no")
    machine = begin(webhook={"url": hook.url})
    follow(machine, ARTICLE)
    for _ in range(12):
        run_again(machine)
        later(clock)
    assert len(hook.told) == 8
    assert untold(machine) == [("version", "webhook", "given up")]
    said = "not told  version 1 of silence, by webhook: 127.0.0.1 answered 500; after 8 tries it is given up"
    assert said in status_lines(machine.status(14))


def test_a_way_that_fails_holds_up_no_other_and_is_asked_once_a_run(begin, hook, post, clock):
    hook.answer = lambda _: HttpAnswer(500, b"no")
    machine = begin(webhook={"url": hook.url}, mail=by_mail(post))
    for number in range(3):
        machine._notifier.add(Notice(event="failed", at=clock() + timedelta(seconds=number)))
    machine.tell(lambda _: None)
    assert (len(hook.told), len(post.mails)) == (1, 3)


class Killed(BaseException):
    """The program ends."""


@pytest.mark.parametrize(("form", "times"), [("json", 2), ("slack", 1)])
def test_a_kill_while_it_is_told_tells_twice_only_who_can_tell_that_it_is_the_same(begin, hook, clock, form, times):
    machine = begin(webhook={"url": hook.url, "form": form})
    follow(machine, ARTICLE)
    keep, kept = machine._notifier._keep, []

    def dies_after_the_receiver_has_it(delivery):
        kept.append(delivery)
        if delivery.state == "told":
            raise Killed
        keep(delivery)

    machine._notifier._keep = dies_after_the_receiver_has_it
    with suppress(Killed):
        run_again(machine)
    machine._notifier._keep = keep
    later(clock)
    run_again(machine)
    later(clock)
    run_again(machine)
    assert len(hook.told) == times
    assert len({told.raw for told in hook.told}) == 1
    left = untold(machine)
    assert left == ([] if times == 2 else [("version", "webhook", "given up")])


def test_a_kill_right_after_the_version_leaves_it_to_be_told(begin, hook, clock, monkeypatch):
    """The notice is stored with the version, and not behind it."""
    machine = begin(webhook={"url": hook.url})
    follow(machine, ARTICLE)
    monkeypatch.setattr("pipeline.runs.thread._pursue", lambda *_: (_ for _ in ()).throw(Killed))
    with suppress(Killed):
        run_again(machine)
    assert (machine.show("silence").version, hook.told) == (1, [])
    monkeypatch.undo()
    run_again(machine)
    assert [told.body["data"]["version"] for told in hook.told] == [1]


@pytest.mark.parametrize("word", ["MAIL", "RCPT", "DATA", "."])
@pytest.mark.parametrize("said", ["451 later", None])
def test_mail_is_sent_again_only_where_it_was_refused(begin, post, clock, word, said):
    post.says[word] = said
    machine = begin(mail=by_mail(post))
    follow(machine, ARTICLE)
    assert run_again(machine).exit_code == 0
    before = len(post.mails)
    post.says.clear()
    later(clock)
    run_again(machine)
    assert len(post.mails) - before == (1 if said else 0)
    assert untold(machine) == ([] if said else [("version", "mail", "given up")])


def test_a_receiver_that_is_not_there_is_a_line_in_the_report(begin, clock, hook):
    with closing(socket.create_server(("127.0.0.1", 0))) as port:
        gone = f"http://127.0.0.1:{port.getsockname()[1]}/secret-path-of-the-hook"
    machine = begin(webhook={"url": gone, "form": "slack"})
    follow(machine, ARTICLE)
    said = []
    machine._progress = said.append
    assert run_again(machine).exit_code == 0
    assert untold(machine) == [("version", "webhook", "waiting")]
    [problem] = [event.text for event in said if event.level == "problem"]
    assert "127.0.0.1 could not be reached" in problem
    assert "secret-path" not in problem


def test_a_fault_while_telling_fails_no_run_and_no_other_message(begin, hook, monkeypatch):
    machine = begin(webhook={"url": hook.url, "form": "slack"})
    follow(machine, ARTICLE)
    monkeypatch.setattr("pipeline.app.notify.notifier.version_message", lambda *_: 1 / 0)
    assert run_again(machine).version == 1
    machine._notifier.add(Notice(event="failed", at=NOW + timedelta(days=1)))
    machine.tell(lambda _: None)
    assert untold(machine) == [("version", "webhook", "given up")]
    assert len(hook.told) == 1


def test_a_deleted_thread_is_told_no_more(begin, hook, clock):
    hook.answer = lambda _: HttpAnswer(500, b"no")
    machine = begin(webhook={"url": hook.url})
    follow(machine, ARTICLE)
    run_again(machine)
    machine.delete("silence")
    later(clock)
    machine.tell(lambda _: None)
    assert (len(hook.told), untold(machine)) == (1, [])


def test_a_way_that_settings_do_not_name_any_more_is_given_up(begin, hook):
    begin(webhook={"url": hook.url})._notifier.add(Notice(event="failed", at=NOW))
    machine = begin()
    machine.tell(lambda _: None)
    [left] = machine.status(14).untold
    assert (left.state, left.problem) == ("given up", "settings have no [notify.webhook] any more")


def test_a_backup_tells_nothing_again(begin, hook, tmp_path, run):
    hook.answer = lambda _: HttpAnswer(500, b"no")
    machine = begin(webhook={"url": hook.url})
    follow(machine, ARTICLE)
    run_again(machine)
    machine.editor.backup(tmp_path / "kept.db")
    run("restore", tmp_path / "kept.db", "--home", tmp_path / "other")
    with closing(store_of(tmp_path / "other")) as store, store.reading() as connection:
        assert outbox.waiting(connection) == []


# Mail


def test_the_password_goes_over_a_private_connection_alone(tmp_path, monkeypatch):
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    key = tmp_path / "mail.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", tmp_path / "c"]
    subprocess.run([*made, *named], check=True, capture_output=True)
    key.write_bytes(key.read_bytes() + (tmp_path / "c").read_bytes())
    with mail_server(key) as post:
        chosen = MailSettings.model_validate(by_mail(post, security="starttls", user="machine"))
        refused = mail.send(chosen, "word-of-ours", a_test_message(NOW), NOW)
        assert "certificate verify failed" in (refused.problem or "")
        assert not refused.may_have_arrived
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "c"))
        assert mail.send(chosen, "word-of-ours", a_test_message(NOW), NOW).problem is None
        assert post.logins == [("machine", "word-of-ours", True)]
        assert len(post.mails) == 1


def test_a_password_in_clear_goes_to_no_other_machine():
    chosen = {"to": ["a@b.example"], "sender": "c@d.example", "server": "mail.example", "security": "none", "user": "u"}
    tried = mail.send(MailSettings.model_validate(chosen), "word", a_test_message(NOW), NOW)
    assert "for all to read" in (tried.problem or "")


def test_a_title_makes_no_header_and_no_recipient(post):
    hostile = a_test_message(NOW)._replace(subject="A\r\nBcc: eve@evil.example", text="\r\n.\r\nMAIL FROM:<eve@evil>\n")
    chosen = MailSettings.model_validate(by_mail(post))
    assert "could not be used" in (mail.send(chosen, "", hostile, NOW).problem or "")
    assert mail.send(chosen, "", hostile._replace(subject="A ‮ title " * 40), NOW).problem is None
    [(_, to, raw)] = post.mails
    got = message_from_bytes(raw, policy=policy.default)
    assert (to, got["Bcc"]) == (["ada@example.org"], None)


# Settings, secrets, check

REFUSED = {
    "a password in the address": '[notify.webhook]\nurl = "https://u:canary@h.example/"',
    "no web address": '[notify.webhook]\nurl = "ftp://canary.example/"',
    "an address twice": '[notify.webhook]\nurl = "https://h.example/"\nurl_from = "H"',
    "a secret that signs nothing": '[notify.webhook]\nurl = "https://h.example/"\nform = "slack"\nsecret_from = "S"',
    "an unknown form": '[notify.webhook]\nform = "fax"',
    "an unknown event": '[notify]\nevents = ["birthdays"]',
    "mail from nobody": '[notify.mail]\nto = ["a@b.example"]\nserver = "h"',
    "mail to two in one": '[notify.mail]\nto = ["a@b.example, c@d.example"]\nsender = "e@f.example"\nserver = "h"',
    "a header in an address": '[notify.mail]\nto = ["a@b.example\\nBcc: c@d"]\nsender = "e@f.example"\nserver = "h"',
    "a port that is none": '[notify.mail]\nto = ["a@b.example"]\nsender = "e@f.example"\nserver = "h:x"',
}


@pytest.mark.parametrize("what", REFUSED)
def test_settings_that_cannot_be_used_are_refused_in_one_line(run, tmp_path, what):
    (tmp_path / "machine.toml").write_text(REFUSED[what])
    ended = run("threads", "--home", tmp_path)
    assert (ended.code, ended.err.count("\n"), "notify" in ended.err) == (2, 1, True), ended.err
    assert "canary" not in ended.err


@pytest.fixture
def told_home(home, hook, post, monkeypatch):
    """A home whose settings name all secrets there are, and an environment that has them."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOOK", f"{hook.url}/secret-path-of-the-hook")
    settings = home / "machine.toml"
    settings.write_text(
        settings.read_text()
        + '[notify.webhook]\nurl_from = "HOOK"\nsecret_from = "SECRET"\ntoken_from = "TOKEN"\n'
        + f'[notify.mail]\nto = ["ada@example.org"]\nsender = "m@example.org"\nserver = "{post.server}"\n'
        + 'security = "none"\nuser = "machine"\npassword_from = "PASSWORD"\n'
    )
    return home


def test_check_says_whether_each_answers_and_tells_only_where_it_is_asked_to(run, told_home, hook, post, monkeypatch):
    checked = run("check", "--home", told_home)
    assert checked.code == 0, checked.out
    assert "ok    webhook   127.0.0.1 answers (HTTP 204)" in checked.out
    assert "ok    mail      127.0.0.1 answers and lets us in" in checked.out
    assert (hook.told, post.mails, len(hook.asked)) == ([], [], 1)
    assert run("check", "--test-message", "--home", told_home).code == 0
    assert (len(hook.told), len(post.mails)) == (1, 1)
    assert hook.told[0].body["data"] == {"test": True}
    hook.answer = lambda _: HttpAnswer(503, b"")
    post.says["AUTH"] = "535 no: word-of-the-mail-server"
    monkeypatch.delenv("TOKEN")
    failed = run("check", "--home", told_home)
    assert failed.code == 1
    assert "FAIL  webhook   TOKEN is not set, and [notify.webhook] token_from names it" in failed.out
    assert "FAIL  mail      127.0.0.1 answered 535 no: [key]" in failed.out


def test_no_secret_is_stored_shown_or_published(run, told_home, thread, hook, post, tmp_path):
    hook.answer = lambda told: HttpAnswer(500, b"no " + told.raw, {"X-Said": told.headers["authorization"]})
    post.says["AUTH"] = "535 no: word-of-the-mail-server"
    log = told_home / "log"
    settings = told_home / "machine.toml"
    settings.write_text(settings.read_text() + '[log]\nfile = "log"\n')
    said = [
        run("thread", "silence", "--record", tmp_path / "kept", "--home", told_home),
        *(run(*words, "--home", told_home) for words in (("status",), ("status", "--json"), ("check",))),
    ]
    assert "127.0.0.1 answered 500" in log.read_text()
    shown = "".join(each.out + each.err for each in said).encode()
    files = [file.read_bytes() for folder in (told_home, tmp_path / "kept") for file in folder.rglob("*") if file.is_file()]  # fmt: skip
    for secret in (*SECRETS.values(), "secret-path-of-the-hook"):
        assert secret.encode() not in shown
        assert not any(secret.encode() in each for each in files), secret


def test_each_of_two_that_tell_at_once_leaves_it_to_the_other(begin, hook, database, tmp_path):
    machine = begin(webhook={"url": hook.url})
    machine._notifier.add(Notice(event="failed", at=NOW))
    with machine.store.lock("_outbox", "another"):
        machine.tell(lambda _: None)
    assert (hook.told, untold(machine)) == ([], [("failed", "webhook", "waiting")])


def test_settings_tell_nobody_of_their_own():
    assert Settings().notify.channels("version") == ()
