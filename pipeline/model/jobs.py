"""A job of OpenAI's Batch API: a file of questions in, a file of answers out, within a day."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.errors import BadAnswer, ModelError, ModelUnavailable
from pipeline.model.endpoint import Endpoint
from pipeline.model.exchange import Reply, Request
from pipeline.model.retry import TryAgain

_ENDED = frozenset({"completed", "failed", "expired", "cancelled"})
_ADVICE = "where the endpoint has no Batch API, set [batch] deferred = false"
_MOST_QUESTIONS = 20_000  # of one job; the limit is 50,000 and 200 MB


class Jobs:
    """Jobs at one endpoint. Raises ModelUnavailable where it has none of this, or cannot be reached."""

    def __init__(self, endpoint: Endpoint, model: str) -> None:
        self._endpoint, self._model = endpoint, model

    def hand_in(self, requests: Sequence[Request]) -> tuple[str, tuple[Request, ...]]:
        """Hands in as many of the questions as one job takes; gives the job's name and those questions."""
        taken = tuple(requests[:_MOST_QUESTIONS])
        lines = [
            {
                "custom_id": request.key,
                "method": "POST",
                "url": "/v1/chat/completions",
                "body": self._endpoint.body(request),
            }
            for request in taken
        ]
        file = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
        kept = self._call(
            lambda client: client.files.with_raw_response.create(file=("questions.jsonl", file), purpose="batch").text
        )
        job = self._call(
            lambda client: (
                client.batches.with_raw_response.create(
                    input_file_id=kept["id"], endpoint="/v1/chat/completions", completion_window="24h"
                ).text
            )
        )
        return str(job["id"]), taken

    def collect(self, job: str, questions: Mapping[str, Request]) -> dict[str, Reply] | None:
        """The answers of a job that has ended, by key, without those that failed; None while it is under way."""
        found = self._call(lambda client: client.batches.with_raw_response.retrieve(job).text)
        if found.get("status") not in _ENDED:
            return None
        output = found.get("output_file_id")
        if not output:
            return {}
        text = self._text(lambda client: client.files.with_raw_response.content(str(output)).text)
        return dict(self._replies(text, questions))

    def _replies(self, output: str, questions: Mapping[str, Request]) -> Iterator[tuple[str, Reply]]:
        for line in output.splitlines():
            try:
                found = json.loads(line)
                key, response = str(found["custom_id"]), found["response"]
                if response["status_code"] == 200 and key in questions:
                    reply = self._endpoint.read(response["body"], questions[key])
                    yield key, reply.model_copy(update={"deferred": True})
            except (ValueError, KeyError, TypeError, BadAnswer, TryAgain):
                continue  # it is asked again

    def _call(self, work: Any) -> dict[str, Any]:  # noqa: ANN401 - the client's own calls
        try:
            found = json.loads(self._text(work))
        except ValueError:
            found = None
        if not isinstance(found, dict) or "id" not in found:
            raise ModelUnavailable(f"it sent no answer of a Batch API: {_ADVICE}")
        return found

    def _text(self, work: Any) -> str:  # noqa: ANN401 - as above
        try:
            return self._endpoint.call(work, self._model)
        except ModelError as error:
            raise ModelUnavailable(f"questions could not be handed in or collected ({error}): {_ADVICE}") from error
