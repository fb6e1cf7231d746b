"""OpenAI, and its models at Azure: where they live, how they count, and what they say when they do not answer."""

from typing import Any

from tests.model.endpoints.dialect import Dialect, error, http

# OpenAI: platform.openai.com/docs/guides/error-codes and /rate-limits.


def openai_usage(prompt: int, answer: int) -> dict[str, Any]:
    return {
        "prompt_tokens": prompt,
        "completion_tokens": answer,
        "total_tokens": prompt + answer,
        "prompt_tokens_details": {"cached_tokens": prompt // 2, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": answer // 2, "accepted_prediction_tokens": 0},
    }


OPENAI = Dialect(
    name="OpenAI",
    path="/v1",
    usage=openai_usage,
    wrong_path=error(404, "Invalid URL (POST /chat/completions)", "invalid_request_error"),
    bad_key=error(401, "Incorrect API key provided: key-****test.", "invalid_request_error", "invalid_api_key"),
    unknown_model=error(
        404, "The model `double` does not exist or you do not have access to it.", "invalid_request_error",
        "model_not_found",
    ),
)  # fmt: skip
OPENAI_QUOTA = error(
    429, "You exceeded your current quota, please check your plan and billing details.", "insufficient_quota",
    "insufficient_quota",
)  # fmt: skip
OPENAI_TOKENS_A_MINUTE = error(
    429, "Rate limit reached for double in organization org-1 on tokens per min (TPM): Limit 30000, Used 29937, "
    "Requested 385. Please try again in 644ms.", "tokens", "rate_limit_exceeded",
)  # fmt: skip
OPENAI_REQUESTS_SPENT = error(
    429, "Rate limit reached", "requests", "rate_limit_exceeded",
    headers={"x_ratelimit_remaining_requests": "0", "x_ratelimit_reset_requests": "14s",
             "x_ratelimit_remaining_tokens": "149984", "x_ratelimit_reset_tokens": "6ms"},
)  # fmt: skip
OPENAI_A_DAY = error(
    429,
    "Rate limit reached",
    "requests",
    "rate_limit_exceeded",
    headers={"x_ratelimit_remaining_requests": "0", "x_ratelimit_reset_requests": "6m0s"},
)
OPENAI_NO_SCHEMA = error(
    400, "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
    "invalid_request_error",
)  # fmt: skip
OPENAI_TOO_LONG = error(
    400, "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.",
    "invalid_request_error", "context_length_exceeded",
)  # fmt: skip
OPENAI_FLAGGED = error(
    400, "Invalid prompt: your prompt was flagged as potentially violating our usage policy.", "invalid_request_error",
    "invalid_prompt",
)  # fmt: skip
OPENAI_MAX_TOKENS = error(
    400, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    "invalid_request_error", "unsupported_parameter",
)  # fmt: skip
OPENAI_TEMPERATURE = error(
    400, "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is "
    "supported.", "invalid_request_error", "unsupported_value",
)  # fmt: skip
OPENAI_REASONING = Dialect(
    name="OpenAI, a reasoning model",
    path="/v1",
    usage=openai_usage,
    wrong_path=OPENAI.wrong_path,
    bad_key=OPENAI.bad_key,
    unknown_model=OPENAI.unknown_model,
    refuses={"max_tokens": OPENAI_MAX_TOKENS, "temperature": OPENAI_TEMPERATURE},
)

# Azure OpenAI: learn.microsoft.com/azure/ai-services/openai/reference. The key has a header of its own.

_AZURE_401 = http(
    401,
    {"error": {"code": "401", "message": "Access denied due to invalid subscription key or wrong API endpoint."}},
)
_AZURE_NO_DEPLOYMENT = http(
    404,
    {"error": {"code": "DeploymentNotFound", "message": "The API deployment for this resource does not exist."}},
)
AZURE = Dialect(
    name="Azure",
    path="/openai/deployments/double",
    query="api-version=2024-10-21",
    settings='api_version = "2024-10-21"\n',
    key_header="api-key",
    listed=None,
    usage=openai_usage,
    extra={"prompt_filter_results": [{"prompt_index": 0, "content_filter_results": {}}]},
    wrong_path=http(404, {"error": {"code": "404", "message": "Resource not found"}}),
    bad_key=_AZURE_401,
    unknown_model=_AZURE_NO_DEPLOYMENT,
)
AZURE_V1 = Dialect(
    name="Azure, v1",
    path="/openai/v1",
    usage=openai_usage,
    wrong_path=AZURE.wrong_path,
    bad_key=_AZURE_401,
    unknown_model=_AZURE_NO_DEPLOYMENT,
)
AZURE_FILTERED = error(
    400, "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", None,
    "content_filter", param="prompt", status=400,
    innererror={"code": "ResponsibleAIPolicyViolation",
                "content_filter_result": {"violence": {"filtered": True, "severity": "medium"}}},
)  # fmt: skip
AZURE_RATE = http(
    429,
    {"error": {"code": "429", "message": "Requests to the ChatCompletions_Create Operation have exceeded token rate "
               "limit of your current OpenAI S0 pricing tier. Please retry after 8 seconds."}},
    retry_after="8", retry_after_ms="7500",
)  # fmt: skip
AZURE_RATE_IN_WORDS = http(429, {"error": {"code": "429", "message": "Rate limit. Please retry after 8 seconds."}})
AZURE_OLD = error(
    400, "response_format value as json_schema is enabled only for api versions 2024-08-01-preview and later", None,
    "BadRequest",
)  # fmt: skip
