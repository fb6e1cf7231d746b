"""One long question that shows whether an endpoint reads to the end: a word in the first line, a word in the last.

Servers with a small context cut a question without saying so. Where an endpoint reports how much it read, `endpoint`
compares that with our own count at every question; this probe is for those that do not.
"""

from pipeline.model.client import ModelClient, request_of
from pipeline.prompts import AnswerForm, RenderedPrompt, prompt
from pipeline.records.replies import Request

READS = "answers and reads to the end"
"""The result of the probe where all is well."""
_LINES = 400  # about 6,000 tokens: more than the 2,048 or 4,096 that local servers start with
_FIRST, _LAST = "heron", "tallow"


class ProbeAnswer(AnswerForm):
    first: str
    last: str


def short_question(model: str) -> Request:
    """A question of a few lines, to see whether a way of asking is answered at all."""
    return request_of(_question(3), ProbeAnswer, model)


def _question(lines: int) -> RenderedPrompt:
    return prompt("check").render(first=_FIRST, last=_LAST, lines=lines)


def probe(client: ModelClient) -> str:
    """What the endpoint did with the question, in a few words; READS where all is well. Raises ModelError."""
    question = _question(_LINES)
    answer = client.ask(question, ProbeAnswer).value
    missed = [
        position
        for position, given, expected in (("beginning", answer.first, _FIRST), ("end", answer.last, _LAST))
        if expected not in given.casefold()
    ]
    return READS if not missed else f"answers, but does not give back the word at the {' and the '.join(missed)}"
