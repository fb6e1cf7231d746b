"""The models that settings name: what each is asked, with what, through what, and what that costs."""

import json
import time
from contextlib import closing

import pytest

from pipeline.errors import SettingsError, StopRequested
from pipeline.model.connection import Access
from pipeline.model.endpoint import Endpoint
from pipeline.net.stopping import StopSignal
from pipeline.records.endpoints import EndpointFacts
from tests import doubles
from tests.doubles import NOW
from tests.model.test_door import GOOD

JSON = {"Content-Type": "application/json"}
EVENTS = {"Content-Type": "text/event-stream"}


def set_up(home, text):
    """Adds `text` behind the settings' [model]."""
    file = home / "machine.toml"
    before, mark, behind = file.read_text().partition("[fetch]")
    file.write_text(f"{before}{text}\n{mark}{behind}")


def forms(model):
    return [doubles.form_name(body) for body in model.asked]


def test_small_questions_and_checks_go_to_their_own_models_with_their_own_keys(
    run, home, web, model, thread, monkeypatch
):
    monkeypatch.setenv("OPENAI_API_KEY", "main-key-0123456789")
    monkeypatch.setenv("OTHER_KEY", "other-key-0123456789")
    with doubles.model_server() as small, doubles.model_server() as judge:
        prices = "price_in = {}\nprice_out = {}"
        set_up(
            home,
            f'{prices.format(100, 100)}\n[model.small]\nname = "small"\nbase_url = "{small.base_url}"\nextract = true\n'
            f'key_from = "OTHER_KEY"\n{prices.format(1, 1)}\n'
            f'[model.check]\nname = "judge"\nbase_url = "{judge.base_url}"\n{prices.format(10, 10)}',
        )
        assert run("thread", thread, "--home", home).code == 0
        assert (forms(model), forms(small), forms(judge)) == (["page"], ["extract"], ["support"])
        assert {body["model"] for body in small.asked} == {"small"}
        assert {"main-key-0123456789" in headers["authorization"] for headers in model.headers} == {True}
        assert {headers["authorization"].split()[1] for headers in small.headers} == {"other-key-0123456789"}
        assert not any("key-0123456789" in str(headers) for headers in judge.headers)
        made = run("show", thread, "--format", "json", "--home", home).json["made_by"]
        cost = sum(
            factor * doubles.tokens(body)
            for factor, asked in ((100, model.asked), (1, small.asked), (10, judge.asked))
            for body in asked
        )
        assert made["price"] == pytest.approx(cost / 1_000_000)
        spent = run("status", "--home", home, "--json").json["spend"][0]["price"]
        assert spent == pytest.approx(made["price"])


def test_a_recorded_run_of_several_models_replays(run, home, model, thread, tmp_path):
    set_up(home, '[model.check]\nname = "judge"')
    assert run("thread", thread, "--record", tmp_path / "kept", "--home", home).code == 0
    assert {body["model"] for body in model.asked} == {"double", "judge"}
    replayed = run("thread", thread, "--replay", tmp_path / "kept", "--home", tmp_path / "other")
    assert (replayed.code, len(model.asked)) == (0, 3)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ('base_url = "https://a.example/v1/chat/completions"', "write https://a.example/v1"),
        ('price_in = 1\nprice_out = 1\n[model.check]\nname = "judge"', "[model.check] needs price_in and price_out"),
        ('headers = { X-Team = "NO_SUCH_NAME" }', "NO_SUCH_NAME is not set"),
        (
            '[model.check]\nname = "j"\nbase_url = "https://a.example/v1"\nkey_from = "NO_SUCH_NAME"',
            "NO_SUCH_NAME is not",
        ),
        ('proxy = "socks5://a.example"', "model.proxy"),
    ],
)
def test_settings_that_cannot_be_used_end_in_a_line_that_says_what_to_write(run, home, model, thread, settings, says):
    if settings.startswith("base_url"):
        file = home / "machine.toml"
        file.write_text(file.read_text().replace(f'base_url = "{model.base_url}"\n', ""))
    set_up(home, settings)
    ended = run("thread", thread, "--home", home)
    assert (ended.code, says in ended.err, ended.err.count("\n")) == (2, True, 1), ended.err
    assert model.asked == []


def test_what_an_endpoint_wants_beyond_is_sent_as_it_is(run, home, model, thread, monkeypatch):
    monkeypatch.setenv("TEAM_KEY", "team-key-0123456789")
    set_up(home, 'reasoning_effort = "low"\nextra = { seed = 7 }\nheaders = { X-Team-Key = "TEAM_KEY" }')
    assert run("thread", thread, "--home", home).code == 0
    assert {(body["reasoning_effort"], body["seed"]) for body in model.asked} == {("low", 7)}
    assert {headers["x-team-key"] for headers in model.headers} == {"team-key-0123456789"}


def test_a_field_of_the_settings_that_is_refused_is_named(run, home, model, thread):
    refusal = json.dumps({"error": {"message": "Unrecognized request argument supplied: seed", "param": "seed"}})
    model.answer = lambda _: doubles.HttpAnswer(400, refusal.encode(), JSON)
    set_up(home, "extra = { seed = 7 }")
    ended = run("thread", thread, "--home", home)
    assert (ended.code, len(model.asked)) == (1, 1)
    assert "does not take 'seed': remove it from [model] extra" in ended.err


def test_a_proxy_is_for_the_endpoint_alone(run, home, web, model, thread):
    def forwards(handler, raw):
        proxied.append(handler.path)
        body = json.loads(raw)
        return doubles.HttpAnswer(200, doubles.completion(json.dumps(doubles.honest(body))), JSON)

    proxied = []
    with doubles.serving(forwards) as proxy:
        file = home / "machine.toml"
        file.write_text(file.read_text().replace(model.base_url, "http://10.255.255.1/v1"))
        set_up(home, f'proxy = "{proxy}"')
        assert run("thread", thread, "--home", home).code == 0
    assert set(proxied) == {"http://10.255.255.1/v1/chat/completions"}
    assert "/a" in web.asked


def test_tokens_from_a_cache_cost_what_they_cost(run, home, model, thread):
    def half_cached(body):
        answer = json.loads(doubles.completion(json.dumps(doubles.honest(body))))
        answer["usage"] = {
            "prompt_tokens": 5000,
            "completion_tokens": 100,
            "prompt_tokens_details": {"cached_tokens": 3000},
        }
        return doubles.HttpAnswer(200, json.dumps(answer).encode(), JSON)

    model.answer = half_cached
    set_up(home, "price_in = 10\nprice_cached = 1\nprice_out = 20")
    assert run("thread", thread, "--home", home).code == 0
    made = run("show", thread, "--format", "json", "--home", home).json["made_by"]
    assert made["price"] == pytest.approx(3 * (2000 * 10 + 3000 * 1 + 100 * 20) / 1_000_000)


def pieces(text, size=40, finish="stop"):
    for start in range(0, len(text), size):
        yield {"choices": [{"delta": {"content": text[start : start + size]}, "finish_reason": None}]}
    yield {"choices": [{"delta": {}, "finish_reason": finish}]}
    yield {"choices": [], "usage": {"prompt_tokens": 5000, "completion_tokens": 5}}


def events(text):
    lines = [": keep-alive\n\n", *(f"data: {json.dumps(piece)}\n\n" for piece in pieces(text)), "data: [DONE]\n\n"]
    return "".join(lines).encode()


def test_answers_come_in_pieces_where_settings_say_so(run, home, model, thread):
    model.answer = lambda body: doubles.HttpAnswer(200, events(json.dumps(doubles.honest(body))), EVENTS)
    set_up(home, "stream = true")
    assert run("thread", thread, "--home", home).code == 0
    assert {(body["stream"], body["stream_options"]["include_usage"]) for body in model.asked} == {(True, True)}
    assert run("show", thread, "--format", "json", "--home", home).json["made_by"]["tokens"] == {
        "prompt": 15000,
        "completion": 15,
    }


def test_told_to_stop_a_stream_stops_at_once_and_tells_how_far_it_was():
    """An answer of nearly two hundred pieces, of which three come."""
    told, stop = [], StopSignal()

    def drips(handler, _):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Connection", "close")
        handler.end_headers()
        try:
            for piece in pieces(GOOD * 200):
                handler.wfile.write(f"data: {json.dumps(piece)}\n\n".encode())
                handler.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass
        handler.close_connection = True
        return doubles.HttpAnswer(200, b"")

    def heard(_request, length):
        told.append(length)
        if len(told) == 3:
            stop.set()

    with doubles.serving(drips) as base:
        endpoint = Endpoint(
            Access(f"{base}/v1"), doubles.FactsInMemory(), lambda: NOW, streams=True, heard=heard, stop=stop
        )
        with closing(endpoint), pytest.raises(StopRequested):
            endpoint.complete(doubles.request())
    assert told[:3] == [40, 80, 120]
    assert len(told) < 10


def test_check_tells_what_works_and_what_a_first_run_would_cost(run, home, model):
    set_up(home, "price_in = 1\nprice_out = 2")
    said = run("check", "--home", home)
    assert said.code == 0
    assert "ways of asking: json_schema, tools, json_object, text (json_schema is used)" in said.out
    assert "answers whole only" in said.out
    assert "a first run of 10 articles: about 12 calls" in said.out
    assert len(model.asked) == 6
    model.answer = lambda body: doubles.HttpAnswer(
        200, events(json.dumps({"first": "heron", "last": "tallow"})), EVENTS
    )
    assert "can answer in pieces" in run("check", "--home", home).out


def test_facts_that_an_earlier_program_kept_are_read():
    old = '{"rung":"tools","limit_field":"max_tokens","context":4096,"counts":true}'
    facts = EndpointFacts.model_validate_json(old)
    assert (facts.json_mode, facts.refused_fields, facts.context) == ("tools", ("max_completion_tokens",), 4096)
    assert EndpointFacts.model_validate_json(facts.model_dump_json()) == facts


def test_a_key_is_needed_for_a_server_that_is_not_one_s_own():
    endpoint = Endpoint(Access("https://a.example/v1"), doubles.FactsInMemory(), lambda: NOW)
    with pytest.raises(SettingsError, match="OPENAI_API_KEY is not set"):
        endpoint.complete(doubles.request())


def test_credentials_in_the_address_are_used_and_never_shown(run, home, model, thread):
    file = home / "machine.toml"
    file.write_text(file.read_text().replace("http://127", "http://somebody:hidden-word@127"))
    said = [run("thread", thread, "--home", home), run("check", "--home", home)]
    assert [ended.code for ended in said] == [0, 0]
    assert {headers["authorization"].split()[0] for headers in model.headers} == {"Basic"}
    model.answer = lambda _: doubles.HttpAnswer(401, b"{}", JSON)
    said.append(run("thread", thread, "--from", "synthesize", "--home", home))
    said.append(run("check", "--home", home))
    assert model.base_url in said[-1].out
    assert not any("hidden-word" in ended.out + ended.err for ended in said)
    assert b"hidden-word" not in (home / "store.db").read_bytes()


def test_check_says_where_there_are_no_settings(run, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    said = run("check", "--home", tmp_path / "nothing")
    assert "machine.toml: not there: every setting has its default" in said.out
    monkeypatch.delenv("OPENAI_BASE_URL")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    said = run("check", "--home", tmp_path / "nothing")
    assert said.code == 1
    assert "ok    store" in said.out
    assert "FAIL  endpoint  OPENAI_API_KEY is not set" in said.out
