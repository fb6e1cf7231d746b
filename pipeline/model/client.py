"""One typed question in, one typed answer out."""

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from pipeline.errors import BadAnswer, TooLong
from pipeline.model.answer_checks import repeats_instructions, strange_script
from pipeline.model.json_modes import NotJson, json_in
from pipeline.model.messages import schema_of
from pipeline.model.reply_cache import ReplyCache
from pipeline.prompts import RenderedPrompt
from pipeline.records.replies import Message, Reply, Request

A = TypeVar("A", bound=BaseModel)
_MAX_SHOWN_BACK = 20_000  # characters of a wrong answer that are sent back to the model; chosen, not measured


class Answer(NamedTuple, Generic[A]):
    """A valid answer, the key it is stored under, and the replies it took (two where the first had to be corrected)."""

    value: A
    key: str
    replies: tuple[Reply, ...]


class ModelClient:
    """Asks one model. Every answer is validated here, whatever the endpoint says of it."""

    def __init__(self, cache: ReplyCache, model: str) -> None:
        self._cache, self.model = cache, model

    def ask(
        self, prompt: RenderedPrompt, answer_type: type[A], fault: Callable[[A], str | None] = lambda _: None
    ) -> Answer[A]:
        """The model's answer to `prompt`. An answer that does not fit is sent back once with the error named, as is one
        in which `fault` finds something wrong, which it says in a few words.

        Raises TooLong where question or answer do not fit the model (ask for less), BadAnswer where there is no
        usable answer, ModelUnavailable or BudgetSpent where nothing more can be asked, AnswerPending where the answer
        comes later."""
        request = Request(
            model=self.model,
            messages=(Message(role="system", content=prompt.system), Message(role="user", content=prompt.user)),
            prompt_name=prompt.name,
            answer_schema=schema_of(answer_type),
        )
        first_reply = self._cache.complete(request)
        self._reject_truncated(request, first_reply, prompt.name)
        value = _parse(first_reply.text, answer_type, prompt, fault)
        if not isinstance(value, str):
            return Answer(value, request.key, (first_reply,))
        correction = _correction_request(request, first_reply, value)
        second_reply = self._cache.complete(correction)
        self._reject_truncated(correction, second_reply, prompt.name)
        corrected = _parse(second_reply.text, answer_type, prompt, fault)
        if isinstance(corrected, str):
            self._cache.reject(request, value)
            self._cache.reject(correction, corrected)
            raise BadAnswer(f"the model's answer to {prompt.name!r} {corrected}: run again, or try another model")
        return Answer(corrected, correction.key, (first_reply, second_reply))

    def _reject_truncated(self, request: Request, reply: Reply, name: str) -> None:
        """Raises TooLong for an answer that was cut off: it is never completed, and never asked for again unchanged."""
        if reply.finish == "length":
            self._cache.reject(request, "cut off")
            raise TooLong(f"the model's answer to {name!r} was cut off: use a model with a longer output")


def _correction_request(request: Request, reply: Reply, problem: str) -> Request:
    """The request with its wrong answer and what is wrong with it. An empty answer is not sent back."""
    wrong_answer = reply.text[:_MAX_SHOWN_BACK].strip() or "(nothing)"
    instruction = f"That answer {problem}. Give the whole answer again, mended: one JSON object of the form asked for."
    added = (Message(role="assistant", content=wrong_answer), Message(role="user", content=instruction))
    return request.model_copy(update={"messages": (*request.messages, *added)})


def _parse(text: str, answer_type: type[A], prompt: RenderedPrompt, fault: Callable[[A], str | None]) -> A | str:
    """`text` as an answer, or what keeps it from being one, in a few words."""
    if not text.strip():
        return "is empty"
    try:
        value = answer_type.model_validate_json(json_in(text))
    except NotJson as error:
        return f"is not usable: {error}"
    except ValidationError as error:
        first_error = error.errors(include_url=False, include_input=False)[0]
        path = ".".join(str(part) for part in first_error["loc"])
        return f"does not fit the form asked for ({path + ': ' if path else ''}{first_error['msg']})"
    except ValueError as error:  # numbers too large to read, lone surrogates
        return f"is not usable: {str(error)[:80]}"
    if repeats_instructions(value.model_dump_json(), prompt.system):
        return "repeats its instructions"
    script = strange_script(value.model_dump_json(), prompt.user)
    if script:
        return f"is written in {script} letters, of which the material has none"
    return fault(value) or value
