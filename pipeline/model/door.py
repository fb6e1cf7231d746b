"""One typed question in, one typed answer out."""

from typing import Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from pipeline.errors import BadAnswer, TooLong
from pipeline.model.echo import repeats
from pipeline.model.exchange import Message, Reply, Request, form_of
from pipeline.model.forms import NotJson, json_in
from pipeline.model.ledger import Ledger
from pipeline.model.scripts import strange_script
from pipeline.prompts import Rendered

A = TypeVar("A", bound=BaseModel)
_LONGEST_SHOWN_BACK = 20_000  # characters of a wrong answer that the model is shown again


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

        Raises TooLong where question or answer do not fit the model (ask for less), BadAnswer where there is no
        usable answer, ModelUnavailable or AllowanceSpent where nothing more can be asked."""
        request = Request(
            model=self.model,
            messages=(Message(role="system", content=prompt.system), Message(role="user", content=prompt.user)),
            form_name=prompt.name,
            form=form_of(answer),
        )
        first = self._ledger.complete(request)
        self._refuse_cut(request, first, prompt.name)
        value = _read(first.text, answer, prompt)
        if not isinstance(value, str):
            return Answer(value, request.key, (first,))
        again = _asked_again(request, first, value)
        second = self._ledger.complete(again)
        self._refuse_cut(again, second, prompt.name)
        mended = _read(second.text, answer, prompt)
        if isinstance(mended, str):
            self._ledger.reject(request, value)
            self._ledger.reject(again, mended)
            raise BadAnswer(f"the model's answer to {prompt.name!r} {mended}: run again, or try another model")
        return Answer(mended, again.key, (first, second))

    def _refuse_cut(self, request: Request, reply: Reply, name: str) -> None:
        """A cut answer is never mended into a whole one, and never asked for again unchanged."""
        if reply.finish == "length":
            self._ledger.reject(request, "cut off")
            raise TooLong(f"the model's answer to {name!r} was cut off: use a model with a longer output")


def _asked_again(request: Request, reply: Reply, problem: str) -> Request:
    """The request with its wrong answer and what is wrong with it. An empty answer is not shown back."""
    said = reply.text[:_LONGEST_SHOWN_BACK].strip() or "(nothing)"
    mend = f"That answer {problem}. Give the whole answer again, mended: one JSON object of the form asked for."
    more = (Message(role="assistant", content=said), Message(role="user", content=mend))
    return request.model_copy(update={"messages": (*request.messages, *more)})


def _read(text: str, answer: type[A], prompt: Rendered) -> A | str:
    """`text` as an answer, or what keeps it from being one, in a few words."""
    if not text.strip():
        return "is empty"
    try:
        found = answer.model_validate_json(json_in(text))
    except NotJson as error:
        return f"is not usable: {error}"
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"does not fit the form asked for ({place + ': ' if place else ''}{first['msg']})"
    except ValueError as error:  # numbers too large to read, lone surrogates
        return f"is not usable: {str(error)[:80]}"
    if repeats(found.model_dump_json(), prompt.system):
        return "repeats its instructions"
    script = strange_script(found.model_dump_json(), prompt.user)
    return f"is written in {script} letters, of which the material has none" if script else found
