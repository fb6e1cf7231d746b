"""What one thread has otherwise than its home: its runs go by it, and no other's."""

from datetime import timedelta

import pytest

from pipeline import MachineError
from pipeline.settings import ModelSettings, Settings
from pipeline.settings.own import OWN
from tests.conftest import ARTICLE, follow, run_again

PRICED = {"price_in": 1.0, "price_out": 2.0}


def give(machine, **settings):
    """Gives the thread `silence` settings of its own; a name has two underscores for its point."""
    for name, value in settings.items():
        machine.set("silence", name.replace("__", "."), value)


def origins(machine):
    return {setting.key: (setting.value, setting.origin) for setting in machine.own_settings("silence")}


def test_a_threads_own_model_is_asked_and_no_other_threads(begin_machine, script):
    machine = begin_machine(model={"name": "plain"})
    follow(machine, ARTICLE)
    machine.new("other", "Silence and sums", pages=["http://b.example/b"])
    give(machine, model__name="large")
    assert run_again(machine).version == 1
    assert {request.model for request in script.asked} == {"large"}
    assert machine.show("silence").made_by.model == "large"
    script.asked.clear()
    machine.batch()
    machine.new("third", "Silence", pages=[ARTICLE])
    machine.run("third")
    assert {request.model for request in script.asked} == {"plain"}


def test_a_batch_asks_each_thread_its_own_model(begin_machine, script):
    machine = begin_machine(model={"name": "plain"})
    follow(machine, ARTICLE)
    give(machine, model__name="large")
    assert machine.batch().new_versions == 1
    asked = {request.prompt_name: request.model for request in script.asked}
    assert (asked["page"], asked["day"]) == ("large", "plain")


def test_an_interval_of_its_own_makes_a_thread_due(machine, clock):
    follow(machine, ARTICLE)
    run_again(machine)
    for hours, is_due in (("2", True), ("100", False), (None, True)):
        machine.set("silence", "batch.every_hours", hours)
        clock.moment = machine.threads()[0].last_run.started_at + timedelta(hours=2 if hours else 6)
        assert bool(machine.queue()[0].due) is is_due
        assert machine.status(1).threads[0][1].now is is_due


@pytest.mark.parametrize("how", ["a run", "a batch"])
def test_a_ceiling_of_its_own_is_not_passed(machine, how, monkeypatch):
    """The endpoint is told how long an answer may be, as it is where settings have a ceiling."""
    follow(machine, ARTICLE)
    give(machine, model__run_tokens="50")
    limits = []
    opened = machine.services.models.session
    monkeypatch.setattr(
        machine.services.models, "session", lambda *given, **named: [limits.append(named["limited"]), opened(*given, **named)][1]
    )  # fmt: skip
    ended = run_again(machine) if how == "a run" else machine.batch().threads[0]
    assert (ended.budget_spent, ended.model_calls, set(limits)) == (True, 0, {True})


def test_a_model_of_its_own_is_counted_at_its_own_prices(begin_machine):
    machine = begin_machine(model=PRICED)
    follow(machine, ARTICLE)
    give(machine, model__name="large")
    report = run_again(machine)
    assert report.price is None  # the home's prices are another model's
    assert machine.status(1).thread_spend[0][3] is None
    give(machine, model__price_in="10", model__price_out="20")
    machine.set("silence", "model.name", "larger")
    report = run_again(machine, "extract")
    assert report.price == pytest.approx((report.prompt_tokens * 10 + report.completion_tokens * 20) / 1e6)


def test_a_batchs_allowance_is_spent_at_each_threads_prices(begin_machine):
    machine = begin_machine(model=PRICED, batch={"money": 0.5})
    follow(machine, ARTICLE)
    give(machine, model__price_in="1000", model__price_out="1000")
    assert machine.batch().threads[0].budget_spent
    for name in ("model__price_in", "model__price_out"):
        give(machine, **{name: None})
    assert machine.batch().threads[0].outcome == "new version"


@pytest.mark.both_databases
def test_where_each_value_comes_from_is_shown(begin_machine):
    machine = begin_machine(model={"name": "plain", **PRICED}, search={"most": 5})
    follow(machine, ARTICLE)
    give(machine, search__most="7", thread__language="pt_br", fetch__comments="yes")
    shown = origins(machine)
    assert tuple(shown) == OWN
    assert shown["search.most"] == (7, "thread")
    assert shown["thread.language"] == ("pt-BR", "thread")
    assert shown["fetch.comments"] == (True, "thread")
    assert shown["model.name"] == ("plain", "settings file")
    assert shown["search.per_host"] == (Settings().search.per_host, "default")
    give(machine, search__most=None, thread__language=None)
    assert origins(machine)["search.most"] == (5, "settings file")
    assert origins(machine)["thread.language"] == ("", "default")


WRONG = [
    ("model.colour", "red", "cannot have 'model.colour' of its own: it can have model.name, .*thread.close_days$"),
    ("name", "large", "cannot have 'name'"),
    ("store.url", "x", "cannot have 'store.url'"),
    ("model.name", "", "model.name of thread 'silence' cannot be '' .*: it is the model asked for"),
    ("model.run_tokens", "many", "cannot be 'many' .*valid integer.*: it is the most one run may spend"),
    ("batch.every_hours", "0", "greater than 0"),
    ("batch.every_hours", "inf", "finite number"),
    ("batch.every_hours", "1e300", "less than or equal to"),
    ("thread.language", "klingon", "'klingon' is no language"),
    ("model.run_money", "3", "run_money needs price_in and price_out"),
    ("fetch.comments", "perhaps", "boolean"),
]


@pytest.mark.parametrize(("key", "value", "says"), WRONG)
def test_what_cannot_be_is_said_and_changes_nothing(machine, key, value, says):
    follow(machine, ARTICLE)
    with pytest.raises(MachineError, match=says):
        machine.set("silence", key, value)
    assert machine.queries.thread("silence").own_settings == {}


def test_a_ceiling_in_money_refuses_a_model_of_unknown_price(begin_machine):
    machine = begin_machine(model={**PRICED, "run_money": 1.0})
    follow(machine, ARTICLE)
    with pytest.raises(MachineError, match="an unknown price is not guessed"):
        machine.set("silence", "model.name", "large")
    give(machine, model__price_in="1", model__price_out="2", model__name="large")
    with pytest.raises(MachineError, match="an unknown price is not guessed"):
        machine.set("silence", "model.price_in", None)


def test_what_no_longer_goes_with_the_settings_stops_its_thread_alone_and_can_be_taken_back(begin_machine):
    machine = begin_machine(model=PRICED)
    follow(machine, ARTICLE)
    give(machine, model__run_money="1", search__most="3")
    changed = begin_machine()  # the prices were taken out of the file
    changed.new("other", "Silence and sums", pages=[ARTICLE])
    lines = {line.thread: line for line in changed.batch().threads}
    assert (
        "what thread 'silence' has of its own does not go with the settings (run_money needs"
        in lines["silence"].problem
    )
    assert lines["other"].outcome == "new version"
    assert origins(changed)["model.run_money"] == (1.0, "thread")
    changed.set("silence", "search.most", None)
    changed.set("silence", "model.run_money", None)
    assert run_again(changed).version == 1


def test_a_recording_is_played_by_the_model_it_was_made_with_where_no_price_is_known(begin_machine, pages, clock):
    machine = begin_machine(model=PRICED)
    follow(machine, ARTICLE)
    give(machine, model__run_money="1", search__most="3")
    elsewhere = begin_machine()
    with elsewhere.services.session(model=ModelSettings(name="recorded")) as session:
        context = elsewhere.services.context(pages, session, clock(), thread="silence")
    assert (context.model.model, context.settings.search.most) == ("recorded", 3)


def test_by_command(run, home, thread):
    assert run("set", thread, "search.most", "7", "--home", home).out.split() == ["search.most", "7", "thread"]
    shown = run("show", thread, "--settings", "--home", home).out.splitlines()
    assert [line.split()[0] for line in shown] == list(OWN)
    told = {line["key"]: line for line in run("show", thread, "--settings", "--json", "--home", home).json["settings"]}
    assert told["search.most"] == {"key": "search.most", "value": 7, "from": "thread"}
    assert told["model.name"] == {"key": "model.name", "value": "double", "from": "settings file"}
    assert run("set", thread, "search.most", "--unset", "--home", home).out.split()[1:] == ["10", "default"]
    for words in (("search.most",), ("search.most", "3", "--unset"), ("most", "3")):
        ended = run("set", thread, *words, "--home", home)
        assert (ended.code, ended.err.count("\n")) == (2, 1)
