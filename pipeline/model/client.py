"""One typed question in, one typed answer out."""

from collections.abc import Callable, Mapping
from typing import Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from pipeline.errors import BadAnswer, CutOff
from pipeline.model.answer_checks import repeats_instructions, runs_on, strange_script
from pipeline.model.answers import NotJson, json_text, objects_in
from pipeline.model.messages import schema_of
from pipeline.model.reply_cache import ReplyCache
from pipeline.prompts import RenderedPrompt
from pipeline.prompts.own import Prompts
from pipeline.records.replies import Message, Reply, Request

A = TypeVar("A", bound=BaseModel)
_MAX_SHOWN_BACK = 20_000  # characters of a wrong answer that are sent back to the model; chosen, not measured


def request_of(prompt: RenderedPrompt, answer_type: type[BaseModel], model: str) -> Request:
    """`prompt` as it is asked of `model`."""
    return Request(
        model=model,
        messages=(Message(role="system", content=prompt.system), Message(role="user", content=prompt.user)),
        prompt_name=prompt.name,
        answer_schema=schema_of(answer_type),
    )


class Answer(NamedTuple, Generic[A]):
    """A valid answer, the key it is stored under, and the replies it took (two where the first had to be corrected)."""

    value: A
    key: str
    replies: tuple[Reply, ...]


class ModelClient:
    """Asks one model, or `others` for the prompts that they are named for, by `prompts`: the operator's own words go
    before ours. Every answer is validated here, whatever the endpoint says of it."""

    def __init__(
        self,
        cache: ReplyCache,
        model: str,
        others: "Mapping[str, ModelClient] | None" = None,
        prompts: Prompts | None = None,
    ) -> None:
        self._cache, self.model, self._others = cache, model, others or {}
        self._prompts = prompts or Prompts()

    def ask(
        self,
        prompt: RenderedPrompt,
        answer_type: type[A],
        fault: Callable[[A], str | None] = lambda _: None,
        *,
        once: bool = False,
    ) -> Answer[A]:
        """The model's answer to `prompt`. An answer that does not fit is sent back once with the error named, as is one
        in which `fault` finds something wrong, which it says in a few words. A later run asks again where there is no
        usable answer; with `once` not where the model declined in words, or said nothing, both times: what is asked of
        each article would be paid for at each run.

        Raises TooLong where the question does not fit the model (ask about less), CutOff where its answer was cut off
        (ask for less), BadAnswer where there is no usable answer, ModelUnavailable or BudgetSpent where nothing more
        can be asked, AnswerPending where the answer comes later."""
        prompt = self._prompts.of(prompt)
        other = self._others.get(prompt.name)
        if other:
            return other.ask(prompt, answer_type, fault, once=once)
        request = request_of(prompt, answer_type, self.model)
        first_reply = self._reply(request)
        value = _parse(first_reply.text, answer_type, prompt, fault)
        if not isinstance(value, str):
            return Answer(value, request.key, (first_reply,))
        correction = _correction_request(request, first_reply, value)
        second_reply = self._reply(correction)
        corrected = _parse(second_reply.text, answer_type, prompt, fault)
        if not isinstance(corrected, str):
            return Answer(corrected, correction.key, (first_reply, second_reply))
        if once and "{" not in first_reply.text + second_reply.text:
            raise BadAnswer(f"the model refused to answer {prompt.name!r} (it {corrected}): try another model")
        self._cache.reject(request, value)
        self._cache.reject(correction, corrected)
        raise BadAnswer(f"the model's answer to {prompt.name!r} {corrected}: run again, or try another model")

    def _reply(self, request: Request) -> Reply:
        """The reply. Raises CutOff for one that was cut off, which is never completed, and BadAnswer for one that was
        filtered or refused. All three are kept, so that none is paid for again unchanged."""
        reply, name = self._cache.complete(request), request.prompt_name
        if reply.finish == "length":
            raise CutOff(f"the model's answer to {name!r} was cut off: use a model with a longer output")
        if reply.finish == "content_filter":
            raise BadAnswer(f"the endpoint filtered the content of {name!r}: there is no answer; try another model")
        if reply.finish == "refusal":
            raise BadAnswer(f"the model refused to answer {name!r}: try another model")
        return reply


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
        found = [_typed(json_text(each), answer_type) for each in objects_in(text)]
    except NotJson as error:
        return f"is not usable: {error}"
    except ValueError as error:  # numbers too large to read
        return f"is not usable: {str(error)[:80]}"
    value = next((each for each in found if not isinstance(each, str)), found[0])
    if isinstance(value, str):
        return value
    if runs_on(value):
        return "repeats the same words without end"
    if repeats_instructions(value.model_dump_json(), prompt.system):
        return "repeats its instructions"
    script = strange_script(value.model_dump_json(), prompt.user)
    if script:
        return f"is written in {script} letters, of which the material has none"
    return fault(value) or value


def _typed(text: str, answer_type: type[A]) -> A | str:
    """JSON as an answer, or why it is none."""
    try:
        return answer_type.model_validate_json(text)
    except ValidationError as error:
        first_error = error.errors(include_url=False, include_input=False)[0]
        path = ".".join(str(part) for part in first_error["loc"])
        return f"does not fit the form asked for ({path + ': ' if path else ''}{first_error['msg']})"
