"""The table: what an endpoint answers, how a run of a thread on it ends, and how many requests that costs.

An undisturbed run asks four questions: two articles, the page, whether its sentences hold. `about` are questions about
one of the articles. Nothing is really waited for.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

import pytest

from tests.model.endpoints import cases, hosted, local
from tests.model.endpoints.cases import about, always, first, once, refuses, says, streams_alone, well
from tests.model.endpoints.dialect import Dialect
from tests.model.endpoints.double import Case, Host, host
from tests.model.endpoints.ends import Answered, Ends, Stopped, Troubled, Unread, Waited
from tests.model.endpoints.runs import ReadThread

WEIR = "4,200 crowns"
"""Words of one of the articles."""


class Row(NamedTuple):
    """A line of the table. `requests` may be a range where a later way of asking is as good as an earlier one. `more`
    are lines of the settings' [model]."""

    endpoint: Dialect
    case: str
    double: Case
    ends: Ends
    requests: int | range
    more: str = ""

    @property
    def name(self) -> str:
        return f"{self.endpoint.name}: {self.case}"


LIMITED = "run_tokens = 200000\n"
"""With a ceiling the longest answer is part of each request."""

OPENAI, AZURE, AZURE_V1, OPENROUTER = hosted.OPENAI, hosted.AZURE, hosted.AZURE_V1, hosted.OPENROUTER
GROQ, GEMINI, MISTRAL, DEEPSEEK = hosted.GROQ, hosted.GEMINI, hosted.MISTRAL, hosted.DEEPSEEK
ANTHROPIC, GATEWAY = hosted.ANTHROPIC, hosted.GATEWAY
VLLM, OLLAMA, LM_STUDIO, LLAMA_CPP = local.VLLM, local.OLLAMA, local.LM_STUDIO, local.LLAMA_CPP
ALL = (
    OPENAI, AZURE, AZURE_V1, OPENROUTER, GROQ, GEMINI, MISTRAL, DEEPSEEK, ANTHROPIC, GATEWAY, VLLM, OLLAMA, LM_STUDIO,
    LLAMA_CPP,
)  # fmt: skip

WELL = [Row(each, "well", well, Answered(), 4) for each in ALL]
STREAMED = [
    Row(each, "a stream, unasked", says(cases.in_events), Answered(), 4) for each in (OPENROUTER, DEEPSEEK, GATEWAY)
]
BAD_KEY = [Row(each, "key refused", always(each.bad_key), Stopped("key"), 1) for each in ALL]
UNKNOWN_MODEL = [
    Row(each, "model unknown", always(each.unknown_model), Stopped("'double'", "model"), 1) for each in ALL
]

RATES = [
    Row(OPENAI, "tokens a minute, in words", first(hosted.OPENAI_TOKENS_A_MINUTE), Waited(0.644), 5),
    Row(OPENAI, "requests a minute, in headers", first(hosted.OPENAI_REQUESTS_SPENT), Waited(14), 5),
    Row(AZURE_V1, "retry-after-ms before retry-after", first(hosted.AZURE_RATE), Waited(7.5), 5),
    Row(AZURE_V1, "a wait in its own words", first(hosted.AZURE_RATE_IN_WORDS), Waited(8), 5),
    Row(OPENROUTER, "its provider's limit", first(hosted.OPENROUTER_UPSTREAM), Waited(1), 5),
    Row(OPENROUTER, "free requests a day", always(hosted.OPENROUTER_A_DAY), Stopped("43200 s"), 1),
    Row(GROQ, "a minute, with a word of billing", first(hosted.GROQ_A_MINUTE), Waited(4.77), 5),
    Row(GROQ, "tokens a minute, in headers", first(hosted.GROQ_RESET_HEADERS), Waited(7.66), 5),
    Row(GROQ, "requests a day", always(hosted.GROQ_A_DAY), Stopped("360 s"), 1),
    Row(GEMINI, "a minute, in a list, called a quota", first(hosted.GEMINI_A_MINUTE), Waited(17), 5),
    Row(GEMINI, "exhausted, with no wait", first(hosted.GEMINI_EXHAUSTED), Waited(1), 5),
    Row(MISTRAL, "requests a second", first(hosted.MISTRAL_RATE), Waited(1), 5),
    Row(MISTRAL, "capacity", first(hosted.MISTRAL_CAPACITY), Waited(1), 5),
    Row(ANTHROPIC, "a minute", first(hosted.ANTHROPIC_RATE), Waited(12), 5),
]
OUTAGES = [
    Row(OPENROUTER, "an error in a 200", first(hosted.OPENROUTER_ERROR_IN_200), Waited(1), 5),
    Row(OPENROUTER, "an error in a choice", first(hosted.OPENROUTER_ERROR_IN_CHOICE), Waited(1), 5),
    Row(GEMINI, "overloaded", first(hosted.GEMINI_OVERLOADED), Waited(1), 5),
    Row(DEEPSEEK, "busy", first(hosted.DEEPSEEK_BUSY), Waited(1), 5),
    Row(DEEPSEEK, "interrupted", first(cases.cut_off("insufficient_system_resource")), Waited(1), 5),
    Row(ANTHROPIC, "overloaded", first(hosted.ANTHROPIC_OVERLOADED), Waited(1), 5),
    Row(GATEWAY, "bad gateway", first(hosted.BAD_GATEWAY), Waited(1), 5),
    Row(VLLM, "engine dead", first(local.VLLM_DEAD), Waited(1), 5),
    Row(OLLAMA, "busy", first(local.OLLAMA_BUSY), Waited(1), 5),
    Row(OLLAMA, "runner ended", first(local.OLLAMA_CRASHED), Waited(1), 5),
    Row(LLAMA_CPP, "loading", first(local.LLAMA_CPP_LOADING), Waited(1), 5),
]
SPENT = [
    Row(OPENAI, "quota spent", always(hosted.OPENAI_QUOTA), Stopped("spent", "credit"), 1),
    Row(OPENROUTER, "no credits", always(hosted.OPENROUTER_CREDITS), Stopped("spent", "credit"), 1),
    Row(DEEPSEEK, "no balance", always(hosted.DEEPSEEK_BALANCE), Stopped("spent", "credit"), 1),
    Row(DEEPSEEK, "no balance, as a 400", always(hosted.DEEPSEEK_BALANCE_IN_400), Stopped("spent", "credit"), 1),
    Row(ANTHROPIC, "no credit", always(hosted.ANTHROPIC_CREDIT), Stopped("spent", "credit"), 1),
]
WAYS = [
    Row(OPENAI, "no schema, an older model", refuses("json_schema", hosted.OPENAI_NO_SCHEMA), Answered("tools"), 5),
    Row(AZURE_V1, "no schema, an older version", refuses("json_schema", hosted.AZURE_OLD), Answered("tools"), 5),
    Row(OPENROUTER, "404 of parameters", refuses("json_schema", hosted.OPENROUTER_PARAMETERS), Answered("tools"), 5),
    Row(
        OPENROUTER, "404 of parameters, then of tools",
        refuses("json_schema", hosted.OPENROUTER_PARAMETERS, ("tools", hosted.OPENROUTER_TOOLS)),
        Answered("json_object"), 6,
    ),
    Row(GROQ, "no schema", refuses("json_schema", hosted.GROQ_NO_SCHEMA), Answered("tools"), 5),
    Row(GROQ, "what it wrote fits no schema", refuses("json_schema", hosted.GROQ_NOT_JSON), Answered("tools"), 5),
    Row(
        GROQ, "no schema, and it calls no function",
        refuses("json_schema", hosted.GROQ_NO_SCHEMA, ("tools", hosted.GROQ_TOOL_FAILED)), Answered("json_object"), 6,
    ),
    Row(GEMINI, "too many states", refuses("json_schema", hosted.GEMINI_TOO_MANY_STATES), Answered("tools"), 5),
    Row(GEMINI, "a 400 without a reason", refuses("json_schema", hosted.GEMINI_ARGUMENT), Answered("tools"), 5),
    Row(DEEPSEEK, "no schema", refuses("json_schema", hosted.DEEPSEEK_NO_SCHEMA), Answered("tools"), 5),
    Row(
        DEEPSEEK, "no schema, and it must call no function",
        refuses("json_schema", hosted.DEEPSEEK_NO_SCHEMA, ("tools", hosted.DEEPSEEK_NO_TOOL_CHOICE)),
        Answered("json_object"), 6,
    ),
    Row(ANTHROPIC, "it ignores the schema", says(cases.fenced), Answered(), 4),
    Row(VLLM, "no such grammar", refuses("json_schema", local.VLLM_GRAMMAR), Answered("tools"), 5),
    Row(
        VLLM, "no such grammar, no tools", refuses("json_schema", local.VLLM_GRAMMAR, ("tools", local.VLLM_TOOLS)),
        Answered("json_object"), 6,
    ),
    Row(OLLAMA, "500 for the schema", refuses("json_schema", local.OLLAMA_NO_FORMAT), Answered("tools"), range(5, 8)),
    Row(
        LM_STUDIO, "the schema crashes it, no json_object",
        refuses("json_schema", local.LM_STUDIO_CRASHED, ("tools", local.LM_STUDIO_CRASHED),
                ("json_object", local.LM_STUDIO_NO_OBJECT)), Answered("text"), 7,
    ),
    Row(LLAMA_CPP, "no such grammar", refuses("json_schema", local.LLAMA_CPP_GRAMMAR), Answered("tools"), 5),
    Row(LLAMA_CPP, "500 for the schema", refuses("json_schema", local.LLAMA_CPP_SCHEMA_500), Answered("tools"), 5),
    Row(GATEWAY, "streams alone", streams_alone(hosted.STREAM_ONLY), Answered(), range(4, 6)),
]  # fmt: skip
PARAMETERS = [
    Row(hosted.OPENAI_REASONING, "a ceiling", well, Answered(), 4, LIMITED),
    Row(hosted.GEMINI_STRICT, "well", well, Answered(), range(4, 6)),
    Row(MISTRAL, "a ceiling", well, Answered(), range(4, 6), LIMITED),
]
TOO_LONG = [
    Row(OPENAI, "too long", about(WEIR, hosted.OPENAI_TOO_LONG), Troubled("longer than", remembered=False), 4),
    Row(GROQ, "never fits", about(WEIR, hosted.GROQ_NEVER_FITS), Troubled("longer than", remembered=False), 4),
    Row(GEMINI, "too long", about(WEIR, hosted.GEMINI_TOO_LONG), Troubled("longer than", remembered=False), 4),
    Row(MISTRAL, "too long", about(WEIR, hosted.MISTRAL_TOO_LONG), Troubled("longer than", remembered=False), 4),
    Row(ANTHROPIC, "too long", about(WEIR, hosted.ANTHROPIC_TOO_LONG), Troubled("longer than", remembered=False), 4),
    Row(LM_STUDIO, "too long, in a 200", about(WEIR, local.LM_STUDIO_TOO_LONG), Troubled("longer", remembered=False), 4),
    Row(
        LLAMA_CPP, "too long, as a 500", about(WEIR, local.LLAMA_CPP_TOO_LONG_500),
        Troubled("longer", remembered=False), 4,
    ),
    Row(VLLM, "its context, in a 400", always(local.VLLM_TOO_LONG), Unread("longer", 1024), 1),
    Row(LLAMA_CPP, "its context, in a 400", always(local.LLAMA_CPP_TOO_LONG), Unread("longer", 1024), 1),
]  # fmt: skip
FILTERED = [
    Row(OPENAI, "refused", about(WEIR, cases.REFUSAL), Troubled("refused"), 4),
    Row(OPENAI, "question flagged", about(WEIR, hosted.OPENAI_FLAGGED), Troubled("filtered"), 4),
    Row(OPENROUTER, "403 of moderation", about(WEIR, hosted.OPENROUTER_FLAGGED), Troubled("filtered"), 4),
    Row(AZURE_V1, "question filtered", about(WEIR, hosted.AZURE_FILTERED), Troubled("filtered"), 4),
    Row(AZURE_V1, "answer filtered", about(WEIR, cases.filtered_answer()), Troubled("filtered"), 4),
    Row(GEMINI, "answer filtered", about(WEIR, cases.filtered_answer()), Troubled("filtered"), 4),
    Row(ANTHROPIC, "refused in words", about(WEIR, cases.REFUSAL_IN_WORDS), Troubled("usable|refused"), 5),
    Row(LM_STUDIO, "answered with nothing", about(WEIR, cases.NOTHING), Troubled("empty"), 5),
]
CUT_OFF = [
    Row(OPENAI, "cut off", about(WEIR, cases.cut_off("length")), Troubled("cut off"), 4),
    Row(MISTRAL, "cut off at the model's length", about(WEIR, cases.cut_off("model_length")), Troubled("cut off"), 4),
    Row(ANTHROPIC, "cut off, in its own word", about(WEIR, cases.cut_off("max_tokens")), Troubled("cut off"), 4),
    Row(GATEWAY, "cut off, in Gemini's own word", about(WEIR, cases.cut_off("MAX_TOKENS")), Troubled("cut off"), 4),
    Row(OLLAMA, "one thing for ever", about(WEIR, cases.FOR_EVER), Troubled("cut off"), 4),
]
ANSWERS = [
    Row(OLLAMA, "a draft in <think>", says(cases.draft_in_think), Answered(), 4),
    Row(LLAMA_CPP, "a draft before </think>", says(cases.end_of_think), Answered(), 4),
    Row(VLLM, "all of it taken for thoughts", says(cases.in_reasoning), Answered(), 4),
    Row(DEEPSEEK, "thoughts beside it", says(cases.beside_reasoning_content), Answered(), 4),
    Row(GROQ, "thoughts beside it", says(cases.beside_reasoning), Answered(), 4),
    Row(MISTRAL, "thoughts in parts", says(cases.in_parts), Answered(), 4),
    Row(OLLAMA, "two objects", says(cases.draft_first), Answered(), 4),
    Row(LM_STUDIO, "fences", says(cases.fenced), Answered(), 4),
    Row(OLLAMA, "a raw line break", says(cases.raw_line_break), Answered(), 4),
    Row(OLLAMA, "a trailing comma", says(cases.trailing_comma), Answered(), 4),
    Row(GATEWAY, "encoded twice", says(cases.encoded_twice), Answered(), 4),
    Row(VLLM, "half a character in one claim", once(cases.half_a_pair), Answered(claims=3), 4),
    Row(OLLAMA, "prose at first", first(cases.PROSE), Answered(), 5),
    Row(LM_STUDIO, "nothing at first", first(cases.NOTHING), Answered(), 5),
    Row(DEEPSEEK, "empty lines before it", says(cases.behind_empty_lines), Answered(), 4),
    *[
        Row(GATEWAY, f"it ends with {finish}", says(cases.ending(finish)), Answered(), 4)
        for finish in ("eos", "end_turn", "STOP", "stop_sequence", "tool_calls", None)
    ],
]

TABLE = [
    *WELL, *STREAMED, *BAD_KEY, *UNKNOWN_MODEL, *RATES, *OUTAGES, *SPENT, *WAYS, *PARAMETERS, *TOO_LONG, *FILTERED,
    *CUT_OFF, *ANSWERS,
]  # fmt: skip


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
    ended = thread.run(endpoint, monkeypatch, more=row.more)
    row.ends.holds(ended)
    assert ended.requests in (row.requests if isinstance(row.requests, range) else (row.requests,))
    assert len(set(endpoint.answered)) == len(endpoint.answered), "an answer was paid for twice"
    if isinstance(row.ends, Troubled) and row.ends.remembered:
        assert thread.run(endpoint, monkeypatch, more=row.more).requests == 0, "what has no answer is asked again"
