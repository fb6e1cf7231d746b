"""What an endpoint can do, found out by asking it: the report of `check`."""

from pipeline.errors import ModelError
from pipeline.model.budget import Usage
from pipeline.model.client import ModelClient
from pipeline.model.endpoint import Endpoint
from pipeline.model.probe import READS, probe, short_question
from pipeline.model.reply_cache import NoReplies, ReplyCache
from pipeline.model.retry import RetryLayer
from pipeline.protocols import EndpointFactsStore
from pipeline.records.endpoints import JSON_MODES
from pipeline.runs.estimate import first_run
from pipeline.runs.models import prices_of
from pipeline.settings import ModelSettings

_ARTICLES = 10
_CUT = "a server may cut long questions without saying so: raise its context"


def verdict_on(endpoint: Endpoint, model: ModelSettings, facts_store: EndpointFactsStore) -> tuple[bool, str]:
    """Whether a run can be made with the endpoint, and what it does, in a line. Asks one long question and five short
    ones: each way of asking for JSON, and an answer in pieces."""
    try:
        offered = endpoint.learn(model.name)
    except ModelError:  # many servers have no list of models
        offered = []
    try:
        read = probe(ModelClient(ReplyCache(RetryLayer(endpoint, 1), NoReplies(), Usage()), model.name))
    except ModelError as error:
        return False, str(error)
    short = short_question(model.name)
    ways = [way for way in JSON_MODES if endpoint.takes(short, way)]
    facts = facts_store.find(endpoint.address, model.name)
    streams = endpoint.takes(short, facts.json_mode, streams=True)
    # A server that reports what it has read is held to that with every question: what it read whole and cannot give
    # back, the model has lost.
    lost = "by its count it read all: name a stronger model in [model] name" if facts.reports_usage else _CUT
    parts = [
        f"{endpoint.address}: model {model.name!r} {read}{'' if read == READS else f' ({lost})'}",
        f"ways of asking: {', '.join(ways) or facts.json_mode} ({facts.json_mode} is used)",
        f"reads {facts.context} tokens" if facts.context else "context not stated",
        "reports usage" if facts.reports_usage else "usage estimated",
        ("answers in pieces only" if facts.streams else "can answer in pieces") if streams else "answers whole only",
        _cost(model),
        *([] if model.name in offered or not offered else ["not on its list of models"]),
    ]
    return read == READS, "; ".join(parts)


def _cost(model: ModelSettings) -> str:
    questions = first_run(_ARTICLES)
    prompt = sum(each.prompt_tokens for each in questions)
    answers = sum(each.completion_tokens for each in questions)
    price = prices_of(model).of(prompt, answers)
    priced = "price not set" if price is None else f"{price:.4f}"
    calls = sum(each.calls for each in questions)
    return f"a first run of {_ARTICLES} articles: about {calls} calls, {prompt + answers:,} tokens, {priced}"
