"""One long question that shows whether an endpoint reads to the end: a word in the first line, a word in the last.

Servers with a small context cut a question without saying so. Where an endpoint reports how much it read, `endpoint`
compares that with our own count at every question; this probe is for those that do not.
"""

from pipeline.model.client import ModelClient
from pipeline.prompts import AnswerForm, prompt

READS = "answers and reads to the end"
"""The result of the probe where all is well."""
_LINES = 400  # about 6,000 tokens: more than the 2,048 or 4,096 that local servers start with
_FIRST, _LAST = "heron", "tallow"


class ProbeAnswer(AnswerForm):
    first: str
    last: str


def probe(client: ModelClient) -> str:
    """What the endpoint did with the question, in a few words; READS where all is well. Raises ModelError."""
    question = prompt("check").render(first=_FIRST, last=_LAST, lines=_LINES)
    answer = client.ask(question, ProbeAnswer).value
    missed = [
        position
        for position, given, expected in (("beginning", answer.first, _FIRST), ("end", answer.last, _LAST))
        if expected not in given.casefold()
    ]
    return READS if not missed else f"answers, but does not give back the word at the {' and the '.join(missed)}"
