"""A thread on a discussion, from its site to its page: who says what, where a citation leads, and that a later run reads
only what is new."""

import re
from datetime import timedelta

import pytest

from pipeline import testing
from pipeline.extract.posts import PostsAnswer
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


def test_the_answer_of_a_posts_question_is_the_form_the_double_gives():
    PostsAnswer.model_validate(testing.posts_answer("[1] It rains."))
