"""The table: an endpoint, what it does, how a run of a thread on it ends, and how many requests that costs.

An undisturbed run asks four questions: two articles, the page, whether its sentences hold. Where a row is about what one
answer looks like, or about a wait, it is followed as far as the articles: two questions. `about` are questions about one
of the articles. Nothing is really waited for.
"""

from typing import NamedTuple

from tests.model.endpoints import cases, gateways, hosted, local, openai_azure
from tests.model.endpoints.cases import about, always, first, once, refuses, says, streams_alone, well
from tests.model.endpoints.dialect import Dialect
from tests.model.endpoints.double import Case
from tests.model.endpoints.ends import Answered, Ends, Read, Stopped, Troubled, Unread, Waited

WEIR = "4,200 crowns"
"""Words of one of the articles."""


class Row(NamedTuple):
    """A line of the table. `more` are lines of the settings' [model]."""

    endpoint: Dialect
    case: str
    double: Case
    ends: Ends
    requests: int
    more: str = ""

    @property
    def name(self) -> str:
        return f"{self.endpoint.name}: {self.case}"


LIMITED = "run_tokens = 200000\n"
"""With a ceiling the longest answer is part of each request."""

OPENAI, AZURE, AZURE_V1 = openai_azure.OPENAI, openai_azure.AZURE, openai_azure.AZURE_V1
OPENROUTER, GATEWAY = gateways.OPENROUTER, gateways.GATEWAY
GROQ, GEMINI, MISTRAL = hosted.GROQ, hosted.GEMINI, hosted.MISTRAL
DEEPSEEK, ANTHROPIC = hosted.DEEPSEEK, hosted.ANTHROPIC
VLLM, OLLAMA, LM_STUDIO, LLAMA_CPP = local.VLLM, local.OLLAMA, local.LM_STUDIO, local.LLAMA_CPP
ALL = (
    OPENAI, AZURE, AZURE_V1, OPENROUTER, GROQ, GEMINI, MISTRAL, DEEPSEEK, ANTHROPIC, GATEWAY, VLLM, OLLAMA, LM_STUDIO,
    LLAMA_CPP,
)  # fmt: skip

WELL = [Row(OPENAI, "well", well, Answered(), 4), *[Row(each, "well", well, Read(), 2) for each in ALL[1:]]]
STREAMED = [
    Row(each, "a stream, unasked", says(cases.in_events), Read(), 2) for each in (OPENROUTER, DEEPSEEK, GATEWAY)
]
PIECES = "stream = true\n"
IN_PIECES = [
    *[Row(each, "asked for in pieces", well, Read(), 2, PIECES) for each in (OPENAI, AZURE, GROQ, GEMINI, OLLAMA)],
    Row(VLLM, "thoughts in pieces", says(cases.beside_reasoning), Read(), 2, PIECES),
    Row(
        OPENROUTER, "a function's arguments in pieces", refuses("json_schema", gateways.OPENROUTER_PARAMETERS),
        Answered("tools"), 5, PIECES,
    ),
    Row(DEEPSEEK, "busy, in pieces", first(hosted.DEEPSEEK_BUSY), Waited(1), 3, PIECES),
    Row(MISTRAL, "cut off, in pieces", about(WEIR, cases.cut_off("model_length")), Troubled("cut off"), 4, PIECES),
]  # fmt: skip
BAD_KEY = [Row(each, "key refused", always(each.bad_key), Stopped("key"), 1) for each in ALL]
UNKNOWN_MODEL = [
    Row(each, "model unknown", always(each.unknown_model), Stopped("'double'", "model"), 1) for each in ALL
]

RATES = [
    Row(OPENAI, "tokens a minute, in words", first(openai_azure.OPENAI_TOKENS_A_MINUTE), Waited(0.644), 3),
    Row(OPENAI, "requests a minute, in headers", first(openai_azure.OPENAI_REQUESTS_SPENT), Waited(14), 3),
    Row(OPENAI, "requests a day, in headers", always(openai_azure.OPENAI_A_DAY), Stopped("360 s"), 1),
    Row(AZURE_V1, "retry-after-ms before retry-after", first(openai_azure.AZURE_RATE), Waited(7.5), 3),
    Row(AZURE_V1, "a wait in its own words", first(openai_azure.AZURE_RATE_IN_WORDS), Waited(8), 3),
    Row(OPENROUTER, "its provider's limit", first(gateways.OPENROUTER_UPSTREAM), Waited(1), 3),
    Row(OPENROUTER, "free requests a day", always(gateways.OPENROUTER_A_DAY), Stopped("43200 s"), 1),
    Row(GROQ, "a minute, with a word of billing", first(hosted.GROQ_A_MINUTE), Waited(4.77), 3),
    Row(GROQ, "tokens a minute, in headers", first(hosted.GROQ_RESET_HEADERS), Waited(7.66), 3),
    Row(GROQ, "requests a day", always(hosted.GROQ_A_DAY), Stopped("360 s"), 1),
    Row(GEMINI, "a minute, in a list, called a quota", first(hosted.GEMINI_A_MINUTE), Waited(17), 3),
    Row(GEMINI, "exhausted, with no wait", first(hosted.GEMINI_EXHAUSTED), Waited(1), 3),
    Row(MISTRAL, "requests a second", first(hosted.MISTRAL_RATE), Waited(1), 3),
    Row(MISTRAL, "capacity", first(hosted.MISTRAL_CAPACITY), Waited(1), 3),
    Row(ANTHROPIC, "a minute", first(hosted.ANTHROPIC_RATE), Waited(12), 3),
]
OUTAGES = [
    Row(OPENROUTER, "an error in a 200", first(gateways.OPENROUTER_ERROR_IN_200), Waited(1), 3),
    Row(OPENROUTER, "an error in a choice", first(gateways.OPENROUTER_ERROR_IN_CHOICE), Waited(1), 3),
    Row(OPENROUTER, "an error in a stream", first(gateways.OPENROUTER_ERROR_IN_STREAM), Waited(1), 3),
    Row(GATEWAY, "a stream broken off", first(gateways.STREAM_BROKEN_OFF), Waited(1), 3),
    Row(GEMINI, "overloaded", first(hosted.GEMINI_OVERLOADED), Waited(1), 3),
    Row(DEEPSEEK, "busy", first(hosted.DEEPSEEK_BUSY), Waited(1), 3),
    Row(DEEPSEEK, "interrupted", first(cases.INTERRUPTED), Waited(1), 3),
    Row(ANTHROPIC, "overloaded", first(hosted.ANTHROPIC_OVERLOADED), Waited(1), 3),
    Row(GATEWAY, "bad gateway", first(gateways.BAD_GATEWAY), Waited(1), 3),
    Row(VLLM, "engine dead", first(local.VLLM_DEAD), Waited(1), 3),
    Row(OLLAMA, "busy", first(local.OLLAMA_BUSY), Waited(1), 3),
    Row(OLLAMA, "runner ended", first(local.OLLAMA_CRASHED), Waited(1), 3),
    Row(LLAMA_CPP, "loading", first(local.LLAMA_CPP_LOADING), Waited(1), 3),
]
SPENT = [
    Row(OPENAI, "quota spent", always(openai_azure.OPENAI_QUOTA), Stopped("spent", "credit"), 1),
    Row(OPENROUTER, "no credits", always(gateways.OPENROUTER_CREDITS), Stopped("spent", "credit"), 1),
    Row(DEEPSEEK, "no balance", always(hosted.DEEPSEEK_BALANCE), Stopped("spent", "credit"), 1),
    Row(DEEPSEEK, "no balance, as a 400", always(hosted.DEEPSEEK_BALANCE_IN_400), Stopped("spent", "credit"), 1),
    Row(ANTHROPIC, "no credit", always(hosted.ANTHROPIC_CREDIT), Stopped("spent", "credit"), 1),
]
WAYS = [
    Row(OPENAI, "no schema, an older model", refuses("json_schema", openai_azure.OPENAI_NO_SCHEMA), Answered("tools"), 5),
    Row(AZURE_V1, "no schema, an older version", refuses("json_schema", openai_azure.AZURE_OLD), Answered("tools"), 5),
    Row(OPENROUTER, "404 of parameters", refuses("json_schema", gateways.OPENROUTER_PARAMETERS), Answered("tools"), 5),
    Row(
        OPENROUTER, "404 of parameters, then of tools",
        refuses("json_schema", gateways.OPENROUTER_PARAMETERS, ("tools", gateways.OPENROUTER_TOOLS)),
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
    Row(VLLM, "500 for the schema, without a word", refuses("json_schema", local.VLLM_DEAD), Answered("tools", waits=1), 6),
    Row(OLLAMA, "500 for the schema", refuses("json_schema", local.OLLAMA_NO_FORMAT), Answered("tools"), 5),
    Row(
        LM_STUDIO, "the schema crashes it, no json_object",
        refuses("json_schema", local.LM_STUDIO_CRASHED, ("tools", local.LM_STUDIO_CRASHED),
                ("json_object", local.LM_STUDIO_NO_OBJECT)), Answered("text"), 7,
    ),
    Row(LM_STUDIO, "a 400 without a reason", refuses("json_schema", local.LM_STUDIO_CRASHED), Answered("tools"), 5),
    Row(LLAMA_CPP, "no such grammar", refuses("json_schema", local.LLAMA_CPP_GRAMMAR), Answered("tools"), 5),
    Row(LLAMA_CPP, "500 for the schema", refuses("json_schema", local.LLAMA_CPP_SCHEMA_500), Answered("tools"), 5),
    Row(GATEWAY, "streams alone", streams_alone(gateways.STREAM_ONLY), Answered(), 5),
]  # fmt: skip
PARAMETERS = [
    Row(openai_azure.OPENAI_REASONING, "a ceiling", well, Answered(), 4, LIMITED),
    Row(hosted.GEMINI_STRICT, "well", well, Answered(), 4),
    Row(
        VLLM, "a ceiling above its context", cases.answer_within(6492, local.VLLM_ANSWER_TOO_LONG), Answered(), 5,
        LIMITED,
    ),
    Row(MISTRAL, "a ceiling", well, Answered(), 5, LIMITED),
]  # fmt: skip
TOO_LONG = [
    Row(OPENAI, "too long", about(WEIR, openai_azure.OPENAI_TOO_LONG), Troubled("longer than", remembered=False), 4),
    Row(GROQ, "never fits", about(WEIR, hosted.GROQ_NEVER_FITS), Troubled("longer than", remembered=False), 4),
    Row(GEMINI, "too long", about(WEIR, hosted.GEMINI_TOO_LONG), Troubled("longer than", remembered=False), 4),
    Row(MISTRAL, "too long", about(WEIR, hosted.MISTRAL_TOO_LONG), Troubled("longer than", remembered=False), 4),
    Row(ANTHROPIC, "too long", about(WEIR, hosted.ANTHROPIC_TOO_LONG), Troubled("longer than", remembered=False), 4),
    Row(GATEWAY, "too long, in HTML", about(WEIR, gateways.TOO_LARGE), Troubled("longer than", remembered=False), 4),
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
    Row(OPENAI, "question flagged", about(WEIR, openai_azure.OPENAI_FLAGGED), Troubled("filtered"), 4),
    Row(OPENROUTER, "403 of moderation", about(WEIR, gateways.OPENROUTER_FLAGGED), Troubled("filtered"), 4),
    Row(AZURE_V1, "question filtered", about(WEIR, openai_azure.AZURE_FILTERED), Troubled("filtered"), 4),
    Row(AZURE_V1, "answer filtered", about(WEIR, cases.filtered_answer()), Troubled("filtered"), 4),
    Row(GEMINI, "answer filtered", about(WEIR, cases.filtered_answer()), Troubled("filtered"), 4),
    Row(ANTHROPIC, "refused in words", about(WEIR, cases.REFUSAL_IN_WORDS), Troubled("refused"), 5),
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
    Row(OLLAMA, "a draft in <think>", says(cases.draft_in_think), Read(), 2),
    Row(LLAMA_CPP, "a draft before </think>", says(cases.end_of_think), Read(), 2),
    Row(VLLM, "all of it taken for thoughts", says(cases.in_reasoning), Read(), 2),
    Row(DEEPSEEK, "thoughts beside it", says(cases.beside_reasoning_content), Read(), 2),
    Row(GROQ, "thoughts beside it", says(cases.beside_reasoning), Read(), 2),
    Row(MISTRAL, "thoughts in parts", says(cases.in_parts), Read(), 2),
    Row(OLLAMA, "two objects", says(cases.draft_first), Read(), 2),
    Row(OLLAMA, "two objects of the form", says(cases.draft_of_the_form), Read(), 2),
    Row(LM_STUDIO, "fences", says(cases.fenced), Read(), 2),
    Row(OLLAMA, "a raw line break", says(cases.raw_line_break), Read(), 2),
    Row(OLLAMA, "a trailing comma", says(cases.trailing_comma), Read(), 2),
    Row(OLLAMA, "a raw line break, a trailing comma", says(cases.line_break_and_comma), Read(), 2),
    Row(GATEWAY, "cached tokens left out of its count", says(cases.counted(hosted.anthropic_usage)), Read(), 2),
    Row(GATEWAY, "encoded twice", says(cases.encoded_twice), Read(), 2),
    Row(VLLM, "half a character in one claim", once(cases.half_a_pair), Read(claims=3), 2),
    Row(OLLAMA, "prose at first", first(cases.PROSE), Read(), 3),
    Row(LM_STUDIO, "nothing at first", first(cases.NOTHING), Read(), 3),
    Row(DEEPSEEK, "empty lines before it", says(cases.behind_empty_lines), Read(), 2),
    Row(GATEWAY, "it ends in other words", cases.ending("eos", "end_turn", "STOP", None), Read(), 2),
]

TABLE = [
    *WELL, *STREAMED, *IN_PIECES, *BAD_KEY, *UNKNOWN_MODEL, *RATES, *OUTAGES, *SPENT, *WAYS, *PARAMETERS, *TOO_LONG,
    *FILTERED, *CUT_OFF, *ANSWERS,
]  # fmt: skip

WRONG_ADDRESSES = [
    *[(each, "", "/v1") for each in (OPENAI, ANTHROPIC, MISTRAL, VLLM, OLLAMA, LM_STUDIO, GATEWAY)],
    (GROQ, "/openai", "/v1"),
    (OPENROUTER, "/api", "/v1"),
    (GEMINI, "/v1beta", "base_url"),
    *[(each, f"{each.path}/chat/completions", f"{each.path}") for each in (OPENAI, GEMINI, LM_STUDIO, LLAMA_CPP)],
]
"""An endpoint, the path that somebody wrote behind its host, and what the message must have."""

CHECKS = [
    *[(each, "well", well, True, "json_schema") for each in ALL],
    *[(each, "its context", well, True, "32.?768") for each in (OPENROUTER, GROQ, MISTRAL, VLLM)],
    (GEMINI, "its name for a model", well, True, "^(?!.*not on its list)"),
    (OPENROUTER, "404 of parameters", refuses("json_schema", gateways.OPENROUTER_PARAMETERS), True, "tools"),
    (GATEWAY, "streams alone", streams_alone(gateways.STREAM_ONLY), True, ""),
    (GATEWAY, "a stream, unasked", says(cases.in_events), True, ""),
    (GEMINI, "key refused", always(GEMINI.bad_key), False, "key"),
    (GEMINI, "a minute, called a quota", always(hosted.GEMINI_A_MINUTE), False, "429|17"),
    (OPENAI, "quota spent", always(openai_azure.OPENAI_QUOTA), False, "spent"),
    (DEEPSEEK, "model unknown", always(DEEPSEEK.unknown_model), False, "'double'"),
    (OLLAMA, "model unknown", always(OLLAMA.unknown_model), False, "'double'"),
]
"""An endpoint, what it does, whether `check` says that it is well, and words that it says."""

PRICES = "price_in = 1.0\nprice_cached = 0.1\nprice_out = 10.0\n"
PRICED = [
    (OPENAI, "cached tokens among the prompt's", well, lambda prompt: prompt // 2),
    (DEEPSEEK, "cached tokens as hits and misses", well, lambda prompt: prompt // 2),
    (GATEWAY, "cached tokens beside the prompt's", says(cases.counted(hosted.anthropic_usage)),
     lambda prompt: prompt * 2 // 3 - 100),
    (GEMINI, "thoughts in the total alone", well, lambda _prompt: 0),
]  # fmt: skip
"""An endpoint, how it counts, what it does, and how many tokens of a prompt it had in its cache."""
