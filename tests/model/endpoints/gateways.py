"""Endpoints that hand on what others answer: OpenRouter, and what one meets at others of the kind."""

from typing import Any

from tests.doubles import HttpAnswer
from tests.model.endpoints.dialect import EVENTS, Dialect, error, http
from tests.model.endpoints.openai_azure import openai_usage

# OpenRouter: openrouter.ai/docs/api-reference/errors. Codes are numbers; what the provider behind it said is in
# `metadata`. While a provider thinks it sends comments, and white space before an object.

OPENROUTER = Dialect(
    name="OpenRouter",
    path="/api/v1",
    usage=lambda prompt, answer: {**openai_usage(prompt, answer), "cost": 0.0011, "is_byok": False},
    extra={"provider": "A provider"},
    listed={"id": "double", "context_length": 32768, "supported_parameters": ["max_tokens"]},
    comment=b": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n",
    wrong_path=HttpAnswer(404, b"<!DOCTYPE html><html><title>Not found</title></html>", {"Content-Type": "text/html"}),
    bad_key=http(401, {"error": {"message": "No auth credentials found", "code": 401}}),
    unknown_model=http(400, {"error": {"message": "double is not a valid model ID", "code": 400}}),
)


def openrouter(status: int, message: str, /, **metadata: Any) -> HttpAnswer:
    """An error of OpenRouter's."""
    told: dict[str, Any] = {"message": message, "code": status}
    return http(status, {"error": {**told, "metadata": metadata} if metadata else told, "user_id": "user_1"})


# github.com/Routstr/routstr-core/issues/554, github.com/zed-industries/zed/issues/36094
OPENROUTER_PARAMETERS = openrouter(404, "No endpoints found that can handle the requested parameters.")
OPENROUTER_TOOLS = openrouter(404, "No endpoints found that support tool use. To learn more about provider routing, …")
OPENROUTER_UPSTREAM = openrouter(
    429, "Provider returned error", raw="double is temporarily rate-limited upstream.", provider_name="A provider"
)
OPENROUTER_A_DAY = openrouter(
    429,
    "Rate limit exceeded: free-models-per-day.",
    headers={"X-RateLimit-Limit": "50", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1774483200000"},
)
"""Midnight UTC in milliseconds, twelve hours after the time of tests."""
OPENROUTER_CREDITS = openrouter(402, "Insufficient credits. Add more to continue.")
OPENROUTER_FLAGGED = openrouter(
    403, "Your chosen model requires moderation and your input was flagged", reasons=["violence"],
    flagged_input="…", provider_name="A provider",
)  # fmt: skip
OPENROUTER_ERROR_IN_200 = http(
    200, {"id": "gen-1", "error": {"message": "Upstream error", "code": 502}, "choices": []}
)  # fmt: skip
OPENROUTER_ERROR_IN_STREAM = HttpAnswer(
    200,
    b': OPENROUTER PROCESSING\n\ndata: {"id": "gen-1", "object": "chat.completion.chunk", "choices": [{"index": 0, '
    b'"delta": {"content": "{"}, "finish_reason": null}]}\n\n'
    b'data: {"id": "gen-1", "error": {"code": 502, "message": "Provider disconnected"}, "choices": [{"index": 0, '
    b'"delta": {"content": ""}, "finish_reason": "error"}]}\n\ndata: [DONE]\n\n',
    EVENTS,
)
OPENROUTER_ERROR_IN_CHOICE = http(
    200,
    {"id": "gen-1", "object": "chat.completion", "choices": [
        {"index": 0, "finish_reason": "error", "error": {"code": 502, "message": "Provider disconnected"},
         "message": {"role": "assistant", "content": '{"summary": "An ar'}}]},
)  # fmt: skip

# Gateways in front of others.

GATEWAY = Dialect(
    name="a gateway",
    path="/v1",
    wrong_path=HttpAnswer(404, b"404 page not found", {"Content-Type": "text/plain"}),
    bad_key=error(401, "Invalid token", "new_api_error"),
    unknown_model=error(404, "no such model: double"),
)
BAD_GATEWAY = http(502, b"<html><head><title>502 Bad Gateway</title></head></html>")
STREAM_BROKEN_OFF = HttpAnswer(
    200,
    b'data: {"id": "1", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "{"}, '
    b'"finish_reason": null}]}\n\n',
    EVENTS,
)
TOO_LARGE = http(413, b"<html><head><title>413 Request Entity Too Large</title></head></html>")
LOGIN_PAGE = http(200, b"<!DOCTYPE html><html><title>Sign in</title></html>")
# help.aliyun.com: some models of Model Studio answer in streams alone
STREAM_ONLY = error(
    400, "This model only support stream mode, please enable the stream parameter to access the model.",
    "invalid_request_error", "invalid_parameter_error",
)  # fmt: skip
