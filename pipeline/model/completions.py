"""Reads a chat completion, in the dialects that servers speak: why it ended, what it says, what it cost."""

import json
from typing import Any, Literal, NamedTuple

from pipeline.errors import BadAnswer
from pipeline.model.failures import RetryDecision, TryAgain
from pipeline.model.tokens import count_tokens, request_tokens
from pipeline.records.replies import Reply, Request

_MIN_SHARE_READ = 0.8  # of our own count: below it the server has cut the question; chosen, not measured
_MIN_SHARE_OF_SCRIPTS = 0.4  # the same where a tenth of its letters is beyond ASCII: there vocabularies differ more
_MIN_COMPARED_TOKENS = 500  # of a question; in shorter ones fixed overheads of counting decide; chosen, not measured
_SMALLEST_CONTEXT = 256  # tokens; no server reads less, so a smaller count is wrong; chosen, not measured


class BadCall(Exception):  # noqa: N818 - reads as what happened
    """The model called the function that its answer was to be in a form that no server reads."""


Finish = Literal["stop", "length", "content_filter", "refusal", "interrupted", "bad_call"]
_FINISHES: dict[str, Finish] = {
    **dict.fromkeys(("length", "max_tokens", "max_output_tokens", "model_length", "token_limit"), "length"),
    **dict.fromkeys(
        ("content_filter", "content_filtered", "safety", "recitation", "prohibited_content", "blocklist", "spii"),
        "content_filter",
    ),
    "refusal": "refusal",
    **dict.fromkeys(
        ("error", "abort", "aborted", "insufficient_system_resource", "network_error", "timeout", "cancelled"),
        "interrupted",
    ),
    **dict.fromkeys(("malformed_function_call", "unexpected_tool_call"), "bad_call"),
}
"""What servers' words for the end of an answer mean; all others that it came to its end."""


class Counts(NamedTuple):
    """Tokens of a reply as its server counts them, None where it does not. `prompt` counts those read from the server's
    cache, `cached`, too; `completion` those of the model's reasoning."""

    prompt: int | None
    completion: int | None
    cached: int = 0


def read_reply(completion: Any, request: Request, endpoint: str, reads_tokens: int = 0) -> Reply:  # noqa: ANN401 - any JSON
    """The completion as a reply; filtered and refused ones are replies too, whose `finish` says so. `reads_tokens` is
    the longest question that the endpoint is known to have read whole. Raises TryAgain where there is no answer,
    BadAnswer where the server read much less than the question, BadCall."""
    choice = _first(completion.get("choices") if isinstance(completion, dict) else None)
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(message, dict):
        raise _try_again(f"{endpoint} answered without a choice: run again, or try another model")
    finish = _FINISHES.get(str(choice.get("finish_reason") or "stop").lower(), "stop")
    if finish == "bad_call":
        raise BadCall
    if finish == "interrupted":
        raise _try_again(f"{endpoint} broke its answer off: run again later")
    own_count = request_tokens(request)
    counts = _comparable(counts_of(completion), own_count)
    _refuse_partly_read(counts, request, own_count, endpoint, reads_tokens)
    text = _text(message)
    if message.get("refusal") and not text:
        finish, text = "refusal", str(message["refusal"])
    return Reply(
        text=text,
        finish=finish,
        model=str(completion.get("model") or request.model),
        prompt_tokens=own_count if counts.prompt is None else counts.prompt,
        completion_tokens=count_tokens(text) if counts.completion is None else counts.completion,
        cached_tokens=counts.cached,
        estimated=counts.prompt is None or counts.completion is None,
    )


def counts_of(completion: dict[str, Any]) -> Counts:
    """The counts in a completion. OpenAI counts cached tokens among the prompt's, Anthropic beside them; Gemini and xAI
    leave reasoning out of the completion's count and in the total."""
    usage = completion.get("usage")
    if not isinstance(usage, dict):
        groq = completion.get("x_groq")
        usage = groq.get("usage") if isinstance(groq, dict) else None
    if not isinstance(usage, dict):
        return Counts(None, None)
    prompt, answer = (
        _count(usage, *names) for names in (("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens"))
    )
    total = _count(usage, "total_tokens")
    beside = [_count(usage, name) for name in ("cache_read_input_tokens", "cache_creation_input_tokens")]
    details = usage.get("prompt_tokens_details") or usage.get("input_tokens_details")
    cached = (
        _count(details, "cached_tokens") or _count(usage, "prompt_cache_hit_tokens", "cached_tokens") or beside[0] or 0
    )
    outside = sum(count or 0 for count in beside) or cached
    if prompt is not None and outside and _leaves_out(prompt, answer, total, outside, native="input_tokens" in usage):
        prompt += outside
    if prompt is not None and answer is not None and total is not None and total > prompt + answer:
        answer = total - prompt  # reasoning is paid for as an answer is
    return Counts(prompt, answer, min(cached, prompt) if prompt is not None else cached)


def _leaves_out(prompt: int, answer: int | None, total: int | None, cached: int, *, native: bool) -> bool:
    """Whether the prompt's count leaves out what came from the cache."""
    if native or prompt < cached:
        return True
    return total is not None and answer is not None and total == prompt + answer + cached


def _comparable(counts: Counts, own_count: int) -> Counts:
    """The counts without one that no server can mean."""
    if counts.prompt is not None and own_count > _MIN_COMPARED_TOKENS and counts.prompt < _SMALLEST_CONTEXT:
        return counts._replace(prompt=None)
    return counts


def _refuse_partly_read(counts: Counts, request: Request, own_count: int, endpoint: str, reads_tokens: int) -> None:
    """Raises BadAnswer where the server cut the question. A server that has read as long a question before has not: its
    count leaves out what it had in its cache."""
    if counts.prompt is None or own_count <= _MIN_COMPARED_TOKENS:
        return
    least = _least_share_read(request) * own_count
    if counts.prompt < least and reads_tokens < least:
        raise BadAnswer(
            f"{endpoint} read only {counts.prompt} of about {own_count} tokens: "
            f"raise the context it gives {request.model!r}"
        )


def _least_share_read(request: Request) -> float:
    """The share of our own count of a question's tokens that a server which read all of it counts at least."""
    text = "".join(message.content for message in request.messages)
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return _MIN_SHARE_OF_SCRIPTS if beyond_ascii * 10 > len(text) else _MIN_SHARE_READ


def _try_again(message: str) -> TryAgain:
    return TryAgain(RetryDecision(True, None, BadAnswer(message)))


def _first(choices: Any) -> Any:  # noqa: ANN401 - any JSON
    return choices[0] if isinstance(choices, list) and choices else None


def _count(counts: Any, *names: str) -> int | None:  # noqa: ANN401 - any JSON
    """The first count of these names that can be used; None where there is none."""
    values = [counts.get(name) for name in names] if isinstance(counts, dict) else []
    return next((value for value in values if isinstance(value, int) and value >= 0), None)


def _text(message: dict[str, Any]) -> str:
    """The answer's text: the function's arguments where the model called it, else the content, parts joined; where that
    is empty, the end of the model's reasoning if it ends in JSON: some servers put all of an answer there."""
    call = _first(message.get("tool_calls"))
    if isinstance(call, dict) and isinstance(call.get("function"), dict):
        arguments = call["function"].get("arguments")
        return arguments if isinstance(arguments, str) else json.dumps(arguments)
    function = message.get("function_call")
    if isinstance(function, dict) and isinstance(function.get("arguments"), str):
        return str(function["arguments"])
    content = message.get("content")
    if isinstance(content, list):
        content = "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    if isinstance(content, str) and content.strip():
        return content
    reasoning = message.get("reasoning_content") or message.get("reasoning")
    if isinstance(reasoning, str) and reasoning.rstrip().removesuffix("```").rstrip().endswith("}"):
        return reasoning
    return content if isinstance(content, str) else ""
