"""One request to an OpenAI-compatible server, and one reply."""

import ipaddress
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipeline.errors import BadAnswer, SettingsError
from pipeline.model.exchange import Reply, Request
from pipeline.model.retry import TryAgain, judge
from pipeline.model.tokens import count_tokens

if TYPE_CHECKING:
    from openai import OpenAI


class Endpoint:
    """The server at `base_url`. A key is needed unless the server is on this machine or a private network."""

    def __init__(self, base_url: str, key: str | None, deadline_s: float) -> None:
        self._base_url, self._key, self._deadline_s = base_url, key, deadline_s

    @cached_property
    def _client(self) -> "OpenAI":
        from openai import OpenAI

        if not self._key and not _is_local(self._base_url):
            raise SettingsError(
                f"OPENAI_API_KEY is not set and {self._base_url} needs a key: set it in the environment"
            )
        # max_retries=0: tries are counted and judged in retry.py alone
        return OpenAI(base_url=self._base_url, api_key=self._key or "none", max_retries=0, timeout=self._deadline_s)

    def complete(self, request: Request) -> Reply:
        """The server's reply. Raises TryAgain where another try may help, else ModelError."""
        import openai

        try:
            completion = self._client.chat.completions.create(**_body(request))
        except openai.APIError as error:
            verdict = judge(error, self._base_url, request.model)
            if verdict.again:
                raise TryAgain(verdict) from error
            raise verdict.error from error
        except (ValueError, TypeError, AttributeError) as error:  # a body that is no completion at all
            raise BadAnswer(f"{self._base_url} sent no chat completion: check [model] base_url") from error
        return self._reply(completion, request)

    def models(self) -> list[str]:
        """The names of the models the server offers. Raises ModelError."""
        import openai

        try:
            return [model.id for model in self._client.models.list().data]
        except openai.APIError as error:
            raise judge(error, self._base_url, "").error from error

    def _reply(self, completion: Any, request: Request) -> Reply:  # noqa: ANN401 - servers send what they like
        choices = getattr(completion, "choices", None)
        if not choices or not getattr(choices[0], "message", None):
            raise BadAnswer(f"{self._base_url} answered without a choice: run again, or try another model")
        message = choices[0].message
        usage: Any = getattr(completion, "usage", None)
        if getattr(message, "refusal", None):
            raise BadAnswer("the model refused to answer this question")
        text = message.content or ""
        given = usage is not None and usage.prompt_tokens is not None and usage.completion_tokens is not None
        return Reply(
            text=text,
            finish=str(choices[0].finish_reason or "stop"),
            model=str(completion.model or request.model),
            prompt_tokens=usage.prompt_tokens if given else count_tokens("".join(m.content for m in request.messages)),
            completion_tokens=usage.completion_tokens if given else count_tokens(text),
            estimated=not given,
        )


def _body(request: Request) -> dict[str, Any]:
    return {
        "model": request.model,
        "messages": [message.model_dump() for message in request.messages],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": request.form_name, "schema": request.form, "strict": True},
        },
    }


def _is_local(base_url: str) -> bool:
    host = urlsplit(base_url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host == "localhost"
