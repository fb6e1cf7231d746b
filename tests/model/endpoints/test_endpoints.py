"""The table of endpoints, row by row; what `check` says of them; and whether the doubles speak as servers do."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx2
import pytest
from openai import OpenAI

from pipeline.errors import SettingsError
from tests.model.endpoints import gateways
from tests.model.endpoints.cases import always, well
from tests.model.endpoints.dialect import Said
from tests.model.endpoints.double import KEY, Host, host
from tests.model.endpoints.ends import Answered, Read, Troubled, Waited
from tests.model.endpoints.runs import ReadThread
from tests.model.endpoints.table import ALL, CHECKS, GATEWAY, LLAMA_CPP, PRICED, PRICES, TABLE, WRONG_ADDRESSES


@pytest.fixture(scope="module")
def server() -> Iterator[Host]:
    with host() as made:
        yield made


@pytest.fixture(scope="module")
def read_thread(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadThread]:
    with closing(ReadThread(tmp_path_factory.mktemp("home"))) as made:
        yield made


@pytest.fixture
def thread(read_thread: ReadThread) -> ReadThread:
    """The thread, of which nothing has been asked."""
    read_thread.restore()
    return read_thread


@pytest.mark.parametrize("row", TABLE, ids=[row.name for row in TABLE])
def test_a_run_ends_as_it_should(row, server, thread, monkeypatch):
    endpoint = server.begin(row.endpoint, row.double)
    follow = thread.read if isinstance(row.ends, Read | Waited) else thread.run
    ended = follow(endpoint, monkeypatch, more=row.more)
    row.ends.holds(ended)
    assert ended.requests == row.requests
    answered = [question.material for question in endpoint.answered]
    assert len(set(answered)) == len(answered), "an answer was paid for twice"
    if isinstance(row.ends, Answered | Read):
        assert (ended.report.prompt_tokens, ended.report.completion_tokens) == endpoint.paid
    if isinstance(row.ends, Troubled) and row.ends.remembered:
        assert thread.run(endpoint, monkeypatch, more=row.more).requests == 0, "what has no answer is asked again"


@pytest.mark.parametrize(
    ("dialect", "counting", "double", "cached"), PRICED, ids=[f"{row[0].name}: {row[1]}" for row in PRICED]
)
def test_what_a_run_is_said_to_cost_is_what_is_billed(dialect, counting, double, cached, server, thread, monkeypatch):
    endpoint = server.begin(dialect, double)
    ended = thread.run(endpoint, monkeypatch, more=PRICES)
    read, written = endpoint.paid
    hits = sum(cached(question.tokens) for question in endpoint.answered)
    assert ended.report.price == pytest.approx(((read - hits) + 0.1 * hits + 10 * written) / 1_000_000)


@pytest.mark.parametrize(
    ("dialect", "path", "says"), WRONG_ADDRESSES, ids=[f"{d.name}: {path or '/'}" for d, path, _ in WRONG_ADDRESSES]
)
def test_an_address_that_is_not_the_endpoint_s_is_named_with_what_to_write(
    dialect, path, says, server, thread, monkeypatch
):
    endpoint = server.begin(dialect, well)
    try:
        ended = thread.run(endpoint, monkeypatch, f"{endpoint.root}{path}")
        assert ended.report.outcome == "failed"
        (line,) = ended.lines
    except SettingsError as error:
        line = str(error)
    assert "base_url" in line
    assert says in line.replace(f"{endpoint.root}{path} ", " ")
    assert len(endpoint.asked) <= 1
    assert endpoint.answered == []


def test_a_server_that_serves_questions_without_v1_too_may_be_named_so(server, thread, monkeypatch):
    endpoint = server.begin(LLAMA_CPP, well)
    Answered().holds(thread.run(endpoint, monkeypatch, endpoint.root))


def test_a_page_instead_of_an_answer_is_an_address_that_is_wrong(server, thread, monkeypatch):
    ended = thread.run(server.begin(GATEWAY, always(gateways.LOGIN_PAGE)), monkeypatch)
    assert ended.report.version is None
    assert ended.lines
    assert all("base_url" in line for line in ended.lines)
    assert ended.requests == len(ended.lines)


@pytest.mark.parametrize(
    ("dialect", "case", "double", "well_so", "words"), CHECKS, ids=[f"{row[0].name}: {row[1]}" for row in CHECKS]
)
def test_check_says_what_a_run_would_meet(dialect, case, double, well_so, words, server, thread, monkeypatch):
    verdict = thread.check(server.begin(dialect, double), monkeypatch)
    assert verdict[0] == well_so, verdict
    assert re.search(words, verdict[1])


@pytest.mark.parametrize("dialect", ALL, ids=[each.name for each in ALL])
@pytest.mark.parametrize("tools", [False, True], ids=["text", "tools"])
def test_a_double_s_stream_is_one_that_openai_s_own_client_reads(dialect, tools, server):
    endpoint = server.begin(dialect, always(Said('{"a": "' + "b" * 1000 + '"}')))
    offered: dict[str, Any] = (
        {"tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}]} if tools else {}
    )
    name, _, value = dialect.query.partition("=")
    client = OpenAI(
        base_url=endpoint.base_url,
        api_key=KEY,
        default_headers={dialect.key_header or "authorization": KEY},
        default_query={name: value} if name else {},
        http_client=httpx2.Client(verify=False),
    )
    text, counted = "", 0
    with client:
        for chunk in client.chat.completions.create(
            model="double",
            messages=[{"role": "user", "content": "?"}],
            stream=True,
            stream_options={"include_usage": True},
            **offered,
        ):
            for choice in chunk.choices:
                calls = choice.delta.tool_calls or []
                text += (choice.delta.content or "") + "".join(
                    (call.function and call.function.arguments) or "" for call in calls
                )
            counted += chunk.usage.completion_tokens if chunk.usage else 0
    assert json.loads(text)["a"] == "b" * 1000
    assert counted == 252
