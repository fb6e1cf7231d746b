"""Prompts of the operator's own: they go before ours, are checked before anything is asked, and a version names them."""

import re

import pytest

from pipeline import MachineError, testing
from pipeline.errors import ModelUnavailable
from pipeline.prompts import prompt
from pipeline.prompts.own import PURPOSES, Prompts
from pipeline.resources import resource
from tests.conftest import ARTICLE, SILENCE, follow, run_again

OURS = {file.stem: file.read_text() for file in sorted(resource("prompts").glob("*.md"))}


def own(home, name, text):
    """Puts a prompt of the operator's own into a home."""
    folder = home / "prompts"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.md").write_text(text)
    return folder / f"{name}.md"


def changed(name):
    """Ours with other words and another layout."""
    return "Be brief.\n\n" + OURS[name].replace("=== material ===\n", "=== material ===\nHere it is.\n")


@pytest.fixture
def followed(machine):
    follow(machine, ARTICLE)
    return machine


def test_every_prompt_but_the_probes_may_be_replaced():
    assert set(PURPOSES) == set(OURS) - {"check"}


@pytest.mark.parametrize("name", PURPOSES)
def test_ours_pass_the_check_that_an_operators_own_must_pass(name, tmp_path):
    own(tmp_path, name, changed(name))
    assert Prompts(tmp_path / "prompts").own == (name,)


def test_what_is_asked_is_in_the_operators_words_and_the_version_says_so(followed, script):
    for name in ("extract", "support", "day"):
        own(followed.home, name, changed(name))
    run_again(followed)
    asked = {request.prompt_name: request.messages for request in script.asked}
    for name in ("extract", "page", "support"):
        is_own = name != "page"
        assert asked[name][0].content.startswith("Be brief.") is is_own
        assert asked[name][1].content.startswith("Here it is.") is is_own
    made = followed.show("silence").made_by
    assert made.own_prompts == ("extract", "support")
    assert made.prompts["page"] == prompt("page").fingerprint
    assert made.prompts["extract"] not in (prompt("extract").fingerprint, made.prompts["page"])
    followed.publish()
    for kind in ("html", "md"):
        shown = (followed.site_folder / f"threads/silence/index.{kind}").read_text()
        assert re.search(r"Prompts of its operator's own.{1,30}extract, support", shown, re.DOTALL)


def test_a_question_about_a_section_holds_the_operators_own_material(followed, script):
    own(followed.home, "page", changed("page"))
    cut_off = testing.reply
    script.answers["page"] = lambda request: cut_off(request, "{", "length")
    script.answers["page_section"] = {}
    run_again(followed)
    assert script.material("page_section").startswith("Here it is.")


def test_without_a_folder_no_version_names_any(followed):
    run_again(followed)
    assert followed.show("silence").made_by.own_prompts == ()


TAIL = "\n=== material ===\n"
WRONG = [
    ("extract", "Say it.\nAll of it.", r"extract\.md:2 lacks the line '=== material ==='"),
    ("extract", f"Say it.\n\n{TAIL}{{% for a in articles %}}\n{{{{ a }}}}", r"extract\.md:\d is no valid template: .*endfor"),
    ("extract", f"Say {{{{ it }}}}.{TAIL}x", r"extract\.md:1 has a place to be filled before"),
    ("extract", OURS["extract"].replace("{{ article.venue }}", "\n{{ article.place }}"), r"extract\.md:\d+ uses 'place'"),
    ("extract", OURS["extract"].replace("{{ language }}", "English"), r"behind this line .*: language \(ours is .*extract"),
    ("support", OURS["support"].replace("for id, words in", "for id, place, words in"), r"support\.md:\d+ cannot be filled"),
    ("translate", OURS["translate"].replace("join(", "joined("), r"translate\.md:\d+ is no valid template: No filter"),
    ("update", OURS["update"].replace("{{ event.id }}", "{{ 1 / 0 }}{{ event.id }}"), r"update\.md:\d+ cannot be filled: division"),
    ("extrakt", OURS["extract"], r"extrakt\.md is no prompt that is asked: name it as one of triage, extract"),
    ("check", OURS["check"], r"check\.md is no prompt that is asked"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "says"), WRONG)
def test_one_that_cannot_be_asked_with_is_named_with_its_line_and_nothing_is_asked(
    followed, script, pages, name, text, says
):
    own(followed.home, name, text)
    asked = list(pages.asked)
    for begin in (lambda: run_again(followed), followed.batch, followed.prompts, lambda: followed.plan("silence")):
        with pytest.raises(MachineError, match=says) as failed:
            begin()
        assert failed.value.exit_code == 2
    assert (script.asked, pages.asked) == ([], asked)


def test_the_line_that_is_named_is_the_one_that_is_wrong(tmp_path):
    file = own(tmp_path, "page", OURS["page"].replace("In it: {{ source.cast }}", "In it: {{ source.cats }}"))
    with pytest.raises(MachineError) as failed:
        Prompts(tmp_path / "prompts")
    line = int(re.search(r"page\.md:(\d+) ", str(failed.value))[1])
    assert "source.cats" in file.read_text().splitlines()[line - 1]


def test_bytes_that_are_no_text_are_said(tmp_path):
    own(tmp_path, "page", "").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(MachineError, match=r"page\.md cannot be read as a prompt"):
        Prompts(tmp_path / "prompts")


def test_what_would_be_asked_is_what_is_asked(followed, script, pages):
    """Of a first page and of an update, with nothing asked and nothing stored by the look."""
    own(followed.home, "update", changed("update"))
    assert followed.questions("silence") == []  # nothing is fetched to show it
    run_again(followed)
    assert followed.questions("silence") == []
    again = followed.questions("silence", "synthesize")
    assert [each.prompt for each in again] == ["page"]
    assert again[0].user == script.material("page")
    assert [each.prompt for each in followed.questions("silence", "extract")] == ["extract"]
    pages.pages[ARTICLE] = testing.article("Silence and sums", *SILENCE, "Parents asked for a vote in May.")
    for name in ("extract", "update"):  # each is shown while a run could not get its answer, and asked as it was shown
        answer, script.answers[name] = script.answers[name], ModelUnavailable("not now")
        run_again(followed)
        script.asked.clear()
        shown = followed.questions("silence")
        assert script.asked == []
        run_again(followed)
        assert [(each.prompt, each.user) for each in shown] == [(name, script.material(name))]
        script.answers[name] = answer
    assert shown[0].user.startswith("Here it is.")
    assert run_again(followed).version == 2


def test_by_command(run, home, thread):
    listed = run("prompts", "--home", home, "--json").json["prompts"]
    assert [line["name"] for line in listed] == list(PURPOSES)
    assert not any(line["own"] for line in listed)
    own(home, "page", changed("page"))
    assert "your own: " in run("prompts", "--home", home).out
    assert run("prompts", thread, "--home", home).out.startswith("nothing waits to be asked about silence")
    assert run("thread", thread, "--home", home).code == 0
    shown = run("prompts", thread, "--from", "synthesize", "--home", home)
    assert "instructions\nBe brief." in shown.out
    told = run("prompts", thread, "--from", "synthesize", "--json", "--home", home).json["questions"]
    assert [(each["prompt"], each["user"].split("\n")[0]) for each in told] == [("page", "Here it is.")]
    assert run("check", "--home", home).out.count("ok    prompts   ") == 1
    own(home, "page", "no material")
    checked = run("check", "--home", home)
    assert (checked.code, "FAIL  prompts   " in checked.out, "page.md:1 lacks the line" in checked.out) == (
        1,
        True,
        True,
    )
    own(home, "page", changed("page"))
    for words in (("nowhere",), (thread, "--from", "nowhere")):
        assert run("prompts", *words, "--home", home).code == 2, words
