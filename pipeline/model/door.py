"""One typed question in, one typed answer out."""

from typing import Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from pipeline.errors import BadAnswer
from pipeline.model.exchange import Message, Reply, Request, form_of
from pipeline.model.ledger import Ledger
from pipeline.prompts import Rendered

A = TypeVar("A", bound=BaseModel)


class Answer(NamedTuple, Generic[A]):
    """A valid answer and the replies it took (two where the first was mended by asking again)."""

    value: A
    key: str
    replies: tuple[Reply, ...]


class Door:
    """Asks prompts of one model and believes nothing it has not validated itself."""

    def __init__(self, ledger: Ledger, model: str) -> None:
        self._ledger, self.model = ledger, model

    def ask(self, prompt: Rendered, answer: type[A]) -> Answer[A]:
        """The model's answer to `prompt`. An answer that does not fit is shown back once with the error named.
        Raises BadAnswer where that does not help either, ModelUnavailable where nothing can be asked."""
        request = Request(
            model=self.model,
            messages=(
                Message(role="system", content=prompt.system),
                Message(role="user", content=prompt.user),
            ),
            form_name=prompt.name,
            form=form_of(answer),
        )
        first = self._ledger.complete(request)
        problem = _cut_off(first) or _misfit(first.text, answer)
        if problem is None:
            return Answer(answer.model_validate_json(first.text), request.key, (first,))
        if _cut_off(first):  # asked again unchanged it would be cut off again
            self._ledger.reject(request, problem)
            raise BadAnswer(f"the answer to {prompt.name!r} {problem}: use a model with a longer output")
        again = request.model_copy(
            update={
                "messages": (
                    *request.messages,
                    Message(role="assistant", content=first.text),
                    Message(role="user", content=f"That answer {problem}. Give the whole answer again, mended."),
                )
            }
        )
        second = self._ledger.complete(again)
        problem = _cut_off(second) or _misfit(second.text, answer)
        if problem is not None:
            self._ledger.reject(request, problem)
            self._ledger.reject(again, problem)
            raise BadAnswer(f"the model's answer to {prompt.name!r} {problem}: run again, or try another model")
        return Answer(answer.model_validate_json(second.text), again.key, (first, second))


def _cut_off(reply: Reply) -> str | None:
    return "was cut off before its end" if reply.finish == "length" else None


def _misfit(text: str, answer: type[BaseModel]) -> str | None:
    """What keeps `text` from being an answer, in a few words; None where it is one."""
    try:
        answer.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"does not fit the form asked for ({place + ': ' if place else ''}{first['msg']})"
    return None
