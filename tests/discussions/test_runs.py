"""A thread on a discussion, from its site to its page: who says what, where a citation leads, and that a later run reads
only what is new."""

import re
from datetime import timedelta

import pytest

from pipeline import testing
from pipeline.extract.posts import PostsAnswer
from pipeline.verify.proof import prove
from tests.conftest import version_of
from tests.discussions.loopback import on_loopback
from tests.discussions.talk import PEOPLE, TALK, reachable, with_news
from tests.discussions.test_sites import DOUBLES

SHOWN_POST = re.compile(r"^### post (\d+), by (.*?), ", re.MULTILINE)


@pytest.fixture(params=DOUBLES, ids=lambda double: double.name)
def double(request):
    return request.param


@pytest.fixture
def hosts_and_web():
    with on_loopback() as (hosts, web):
        yield hosts, web


def asked_about(script) -> list[str]:
    return [testing.material(request) for request in script.asked if request.prompt_name == "posts"]


def test_from_its_site_to_its_page_and_again(double, hosts_and_web, tmp_path):
    hosts, web = hosts_and_web
    clock, script = testing.FixedClock(), testing.ScriptedModel()
    hosts.serving |= dict.fromkeys(double.hosts, double.serve(TALK))
    machine = testing.machine(tmp_path / "home", web, script, clock)
    with machine:
        machine.new("silence", "The weir", pages=[double.address])
        assert machine.run("silence").version == 1
        first = version_of(machine)
        authors = {words: said for said in TALK for words in said.said}
        checked = 0
        for claim in first["claims"].values():
            said = authors.get(claim["statement"]) or next(
                (said for words, said in authors.items() if claim["statement"] in words), None
            )
            if said is None:
                continue
            checked += 1
            assert claim["post"]
            assert claim["speaker"] in (said.author, said.handle)
            post = next(each for each in first["sources"][0]["posts"] if each["id"] == claim["post"])
            assert post["name"] == claim["speaker"]
            assert post["url"].startswith("http")
            if "time" in double.tells:
                assert claim["posted"] == said.time
        given = len(reachable()) if double.loses_replies else len(TALK) - 1
        assert checked >= 3 * given
        participation = first["sources"][0]["participation"]
        assert participation["people"] == len(PEOPLE)
        assert participation["posts"] >= given
        assert len(asked_about(script)) == 1

        clock.forward(timedelta(days=1))
        machine.run("silence")
        assert len(asked_about(script)) == 1, "nothing is new, so nothing is asked"

        hosts.serving |= dict.fromkeys(double.hosts, double.serve(with_news()))
        assert machine.run("silence").version == 2
        again = asked_about(script)[1:]
        assert len(again) == 1
        shown = SHOWN_POST.findall(again[0])
        assert "The heron counts 4 eels" in again[0]
        assert len(shown) <= 3 + ("edited" not in double.tells), "what was read before is not asked about again"
        second = version_of(machine)
        assert any("4 eels" in claim["statement"] for claim in second["claims"].values())
        update = script.material("update")
        assert "the post that said this was deleted" in update
        assert all(not proof.failures for proof in machine.queries.prove("silence"))


def test_posts_whose_answer_was_cut_off_are_asked_about_again_with_the_next_that_are_new(tmp_path):
    with on_loopback() as (hosts, web):
        double, script, clock = DOUBLES[0], testing.ScriptedModel(), testing.FixedClock()
        hosts.serving |= dict.fromkeys(double.hosts, double.serve(TALK))
        last = TALK[-1].said[-1]
        script.answers["posts"] = lambda request: (
            testing.reply(request, '{"summary": "cut', finish="length")
            if last in testing.material(request)
            else testing.posts_answer(testing.material(request))
        )
        with testing.machine(tmp_path / "home", web, script, clock) as machine:
            machine.new("silence", "The weir", pages=[double.address])
            report = machine.run("silence")
            assert (report.exit_code, report.version) == (1, 1)
            assert "no claim is taken from sentences" in report.problems[0].message
            assert len(asked_about(script)) == 3

            script.answers["posts"] = testing.honest()["posts"]
            clock.forward(timedelta(days=1))
            hosts.serving |= dict.fromkeys(double.hosts, double.serve(with_news()))
            assert machine.run("silence").exit_code == 0
            [again] = asked_about(script)[3:]
            assert last in again
            assert TALK[0].said[-1] not in again, "what was read is not asked about again"


def test_a_stored_version_that_gives_a_claim_to_another_post_is_refused(tmp_path):
    with on_loopback() as (hosts, web):
        double = DOUBLES[0]
        hosts.serving |= dict.fromkeys(double.hosts, double.serve(TALK))
        with testing.machine(tmp_path / "home", web, testing.ScriptedModel(), testing.FixedClock()) as machine:
            machine.new("silence", "The weir", pages=[double.address])
            machine.run("silence")
            version = machine.queries.version("silence")
            snapshots = {c.snapshot: machine.queries.item(c.item, c.snapshot)[1] for c in version.claims.values()}
    assert not prove(version, snapshots.get).failures
    claim_id, claim = next(iter(version.claims.items()))
    others = {post.id for post in snapshots[claim.snapshot].posts} - {claim.post}
    assert others
    for post in others | {None, "of nobody"}:
        moved = version.model_copy(
            update={"claims": {**version.claims, claim_id: claim.model_copy(update={"post": post})}}
        )
        assert f"claim {claim_id} is not made by its post {post}" in prove(moved, snapshots.get).failures


def test_the_answer_of_a_posts_question_is_the_form_the_double_gives():
    PostsAnswer.model_validate(testing.posts_answer("[1] It rains."))
