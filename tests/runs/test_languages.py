"""A thread's language: who decides it, that every question says it, and what becomes of sources in another."""

from datetime import timedelta

import pytest

from pipeline import testing
from pipeline.settings import Settings
from tests.conftest import version_of

GERMAN = (
    "Die Gemeinde Hallbruck begrenzt die Zahl der Tagesgäste auf 37.500 im Monat, sagte die Bürgermeisterin am Montag.",
    "Die Kaufleute hielten das für falsch, weil jeder dritte Betrieb im Ort vom Tagesgeschäft lebe.",
    "Im vergangenen Sommer seien 4,7 Millionen Gäste in das Tal gekommen, mehr als je zuvor.",
)
ENGLISH = (
    "The council of Hallbruck limits day visitors to 37,500 a month, the mayor said on Monday.",
    "The shopkeepers called that wrong, since every third business in the place lives on day visitors.",
    "Last summer 4.7 million guests had come into the valley, more than ever before.",
)
DE, EN = "http://blatt.example/deckel", "http://paper.example/cap"


def pages() -> dict[str, testing.Served]:
    return {
        DE: testing.article("Der Deckel", *GERMAN),
        EN: testing.article("The cap", *ENGLISH),
    }


@pytest.fixture
def followed(tmp_path):
    """Makes a machine that follows a thread, and runs it once."""
    machines = []

    def follow(title="A cap on visitors", *, at=(DE,), thread="", settings=None, answers=None):
        script = testing.ScriptedModel()
        script.answers.update(answers or {})
        clock = testing.FixedClock()
        machine = testing.machine(
            tmp_path / f"home{len(machines)}",
            testing.PagesFromDict(pages()),
            script,
            clock,
            settings=Settings.model_validate(settings or {}),
        )
        machines.append(machine)
        machine.new("silence", title, pages=list(at), language=thread)
        machine.run("silence")
        return machine, script, clock

    yield follow
    for machine in machines:
        machine.close()


@pytest.mark.parametrize(
    ("title", "at", "thread", "settings", "language"),
    [
        ("A cap on visitors to the valley", (DE,), "", {}, "en"),
        ("Der Streit um die Obergrenze für Gäste", (EN,), "", {}, "de"),
        ("Hallbruck", (DE,), "", {}, "de"),
        ("Hallbruck", (EN,), "", {}, "en"),
        ("A cap on visitors to the valley", (DE,), "fr", {}, "fr"),
        ("A cap on visitors to the valley", (DE,), "", {"thread": {"language": "ja"}}, "ja"),
        ("A cap on visitors to the valley", (DE,), "DE_at", {"thread": {"language": "ja"}}, "de-AT"),
    ],
)
def test_the_operator_decides_for_the_thread_or_for_all_else_the_title_does(
    followed, title, at, thread, settings, language
):
    machine, _, _ = followed(title, at=at, thread=thread, settings=settings)
    assert version_of(machine)["language"] == language


def test_every_question_says_which_language_is_written(followed):
    _, script, _ = followed(at=(DE, EN), thread="es")
    asked = {request.prompt_name: testing.material(request) for request in script.asked}
    assert asked.keys() >= {"extract", "page", "support", "translate"}
    for name in ("extract", "page", "support", "translate"):
        assert "Spanish" in asked[name].partition("\n\n")[0], name
    assert "German" in asked["translate"]


def test_what_is_cited_of_another_language_is_translated_judged_and_kept(followed):
    machine, script, clock = followed(at=(DE, EN))
    version = version_of(machine)
    language_of = {source["number"]: source["language"] for source in version["sources"]}
    assert set(language_of.values()) == {"de", "en"}
    for claim in version["claims"].values():
        words = " / ".join(quotation["text"] for quotation in claim["evidence"])
        assert claim["translation"] == (f"from German: {words}" if language_of[claim["source"]] == "de" else "")
    judged = "\n".join(testing.material(request) for request in script.asked if request.prompt_name == "support")
    assert judged.count("(Translation) from German: ") == sum(
        bool(c["translation"]) for c in version["claims"].values()
    )

    asked = script.prompts.count("translate")
    clock.forward(timedelta(days=1))
    machine.run("silence", "synthesize")
    assert script.prompts.count("translate") == asked


@pytest.mark.parametrize(
    ("verdict", "shown"),
    [
        ({"better": "What it really says."}, "What it really says."),
        ({"better": ""}, ""),
        (None, ""),
    ],
)
def test_a_translation_that_the_judge_does_not_let_stand_is_mended_or_left_out(followed, verdict, shown):
    def judge(request):
        asked = testing.material(request)
        if "(Translation)" not in asked:
            return testing.support_answer(asked)
        if verdict is None:
            return "nothing that can be read"
        total = testing.support_answer(asked)["judged"]
        return testing.support_answer(asked, *((n, "wrong", verdict["better"]) for n in range(1, total + 1)))

    machine, _, _ = followed(answers={"support": judge})
    assert {claim["translation"] for claim in version_of(machine)["claims"].values()} == {shown}


def test_a_thread_in_its_sources_language_needs_no_translation(followed):
    _, script, _ = followed("Der Streit um die Obergrenze für Gäste")
    assert "translate" not in script.prompts


def test_another_language_chosen_later_writes_the_page_anew_and_keeps_the_old_version(followed):
    machine, script, clock = followed()
    old = version_of(machine)
    machine.set("silence", "thread.language", "de")
    clock.forward(timedelta(days=1))
    report = machine.run("silence")
    assert (report.version, version_of(machine)["language"]) == (2, "de")
    assert script.prompts.count("page") == 2
    assert "update" not in script.prompts
    assert version_of(machine, 1) == old
    assert not any(claim["translation"] for claim in version_of(machine)["claims"].values())
    assert machine.run("silence").outcome == "nothing new"


def test_one_article_in_threads_of_two_languages_is_stated_in_each(followed):
    machine, script, _ = followed()
    machine.new("deckel", "Der Deckel", pages=[DE], language="de")
    machine.run("deckel")
    asked = [testing.material(request) for request in script.asked if request.prompt_name == "extract"]
    assert ["German" in each.partition("\n")[0] for each in asked] == [False, True]
    calls = len(script.asked)
    for slug in ("silence", "deckel"):
        assert machine.run(slug).outcome == "nothing new"
    assert len(script.asked) == calls


def test_the_commands_take_a_language_and_refuse_what_is_none(run, home, thread):
    for words in (
        ("new", "x", "--title", "T", "--page", EN, "--language", "klingon"),
        ("set", "silence", "thread.language", "xx"),
    ):
        ended = run(*words, "--home", home)
        assert ended.code == 2
        assert "no language" in ended.err
        assert ended.err.count("\n") == 1
    assert run("set", "silence", "thread.language", "pt_br", "--home", home).out.split() == [
        "thread.language",
        "pt-BR",
        "thread",
    ]
    assert '"language": "pt-BR"' in run("threads", "--home", home, "--json").out
    assert run("set", "silence", "thread.language", "--unset", "--home", home).code == 0
    assert '"language": null' in run("threads", "--home", home, "--json").out
