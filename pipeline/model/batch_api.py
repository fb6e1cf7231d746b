"""Jobs of OpenAI's Batch API: a file of questions in, a file of answers out, within a day."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.errors import BadAnswer, ModelError, ModelUnavailable
from pipeline.model.endpoint import Endpoint
from pipeline.model.failures import TryAgain
from pipeline.records.replies import Reply, Request

_FINAL_STATES = frozenset({"completed", "failed", "expired", "cancelled"})
_ADVICE = "where the endpoint has no Batch API, set [batch] deferred = false"
_MAX_QUESTIONS = 20_000  # of one job; the API's limits are 50,000 questions and 200 MB


class BatchApi:
    """The Batch API of one endpoint. Its methods raise ModelUnavailable where the endpoint has none or cannot be
    reached."""

    def __init__(self, endpoint: Endpoint, model: str) -> None:
        self._endpoint, self._model = endpoint, model

    def submit(self, requests: Sequence[Request]) -> tuple[str, tuple[Request, ...]]:
        """Submits as many of the requests as one job takes; returns the job's id and those requests."""
        submitted = tuple(requests[:_MAX_QUESTIONS])
        lines = [
            {
                "custom_id": request.key,
                "method": "POST",
                "url": "/v1/chat/completions",
                "body": self._endpoint.body(request),
            }
            for request in submitted
        ]
        content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
        file = self._call(
            lambda client: (
                client.files.with_raw_response.create(file=("questions.jsonl", content), purpose="batch").text
            )
        )
        job = self._call(
            lambda client: (
                client.batches.with_raw_response.create(
                    input_file_id=file["id"], endpoint="/v1/chat/completions", completion_window="24h"
                ).text
            )
        )
        return str(job["id"]), submitted

    def collect(self, job: str, requests: Mapping[str, Request]) -> dict[str, Reply] | None:
        """The replies of a job that has ended, by key, without those that failed; None while it is under way.
        `requests` are the job's, by key."""
        status = self._call(lambda client: client.batches.with_raw_response.retrieve(job).text)
        if status.get("status") not in _FINAL_STATES:
            return None
        output_file = status.get("output_file_id")
        if not output_file:
            return {}
        text = self._text(lambda client: client.files.with_raw_response.content(str(output_file)).text)
        return dict(self._replies(text, requests))

    def _replies(self, output: str, requests: Mapping[str, Request]) -> Iterator[tuple[str, Reply]]:
        for line in output.splitlines():
            try:
                result = json.loads(line)
                key, response = str(result["custom_id"]), result["response"]
                if response["status_code"] == 200 and key in requests:
                    reply = self._endpoint.read(response["body"], requests[key])
                    yield key, reply.model_copy(update={"deferred": True})
            except (ValueError, KeyError, TypeError, RecursionError, BadAnswer, TryAgain):
                continue  # it is asked again

    def _call(self, work: Any) -> dict[str, Any]:  # noqa: ANN401 - the client's own calls
        try:
            resource = json.loads(self._text(work))
        except ValueError:
            resource = None
        if not isinstance(resource, dict) or "id" not in resource:
            raise ModelUnavailable(f"it sent no answer of a Batch API: {_ADVICE}")
        return resource

    def _text(self, work: Any) -> str:  # noqa: ANN401 - as above
        try:
            return self._endpoint.call(work, self._model)
        except ModelError as error:
            raise ModelUnavailable(f"questions could not be handed in or collected ({error}): {_ADVICE}") from error
