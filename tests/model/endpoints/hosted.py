"""Groq, Gemini, Mistral, DeepSeek and Anthropic: where they live, how they count, and what they say when they do not
answer."""

from dataclasses import replace
from typing import Any

from tests.doubles import HttpAnswer
from tests.model.endpoints.dialect import Dialect, error, http

# Groq: console.groq.com/docs/errors and /rate-limits.

GROQ = Dialect(
    name="Groq",
    path="/openai/v1",
    usage=lambda prompt, answer: {
        "queue_time": 0.05, "prompt_tokens": prompt, "prompt_time": 0.01, "completion_tokens": answer,
        "completion_time": 0.2, "total_tokens": prompt + answer, "total_time": 0.21,
    },
    extra={"system_fingerprint": "fp_1", "x_groq": {"id": "req_1"}},
    listed={"id": "double", "active": True, "context_window": 32768},
    last=lambda usage: {"x_groq": {"id": "req_1", "usage": usage}},
    wrong_path=error(404, "Unknown request URL: POST /chat/completions.", "invalid_request_error", "unknown_url"),
    bad_key=error(401, "Invalid API Key", "invalid_request_error", "invalid_api_key"),
    unknown_model=error(
        404, "The model `double` does not exist or you do not have access to it.", "invalid_request_error",
        "model_not_found",
    ),
)  # fmt: skip
# github.com/thepersonalaicompany/amurex-backend/issues/38
GROQ_NOT_JSON = error(
    400, "Failed to generate JSON. Please adjust your prompt. See 'failed_generation' for more details.",
    "invalid_request_error", "json_validate_failed", failed_generation='{"summary": "An ar',
)  # fmt: skip
GROQ_NO_SCHEMA = error(
    400, "This model does not support response format `json_schema`. See supported models at "
    "https://console.groq.com/docs/structured-outputs#supported-models", "invalid_request_error",
)  # fmt: skip
GROQ_TOOL_FAILED = error(
    400, "Failed to call a function. Please adjust your prompt.", "invalid_request_error", "tool_use_failed",
    failed_generation="<function=f>{}",
)  # fmt: skip
GROQ_A_MINUTE = error(
    429, "Rate limit reached for model `double` in organization `org_1` service tier `on_demand` on tokens per minute "
    "(TPM): Limit 6000, Used 5034, Requested 1443. Please try again in 4.77s. Need more tokens? Upgrade to Dev Tier "
    "today at https://console.groq.com/settings/billing", "tokens", "rate_limit_exceeded",
)  # fmt: skip
GROQ_RESET_HEADERS = error(
    429, "Rate limit reached", "tokens", "rate_limit_exceeded",
    headers={"x_ratelimit_remaining_requests": "14370", "x_ratelimit_reset_requests": "2m59.56s",
             "x_ratelimit_remaining_tokens": "0", "x_ratelimit_reset_tokens": "7.66s"},
)  # fmt: skip
GROQ_A_DAY = error(
    429, "Rate limit reached for model `double` on requests per day (RPD): Limit 1000, Used 1000, Requested 1. Please "
    "try again in 6m0s.", "requests", "rate_limit_exceeded", headers={"x_ratelimit_reset_requests": "6m0s"},
)  # fmt: skip
# github.com/elizaOS/eliza/issues/4040: one question is more than a minute's worth
GROQ_NEVER_FITS = error(
    413, "Request too large for model `double` in organization `org_1` on tokens per minute (TPM): Limit 6000, "
    "Requested 6294, please reduce your message size and try again.", "tokens", "rate_limit_exceeded",
)  # fmt: skip

# Gemini: ai.google.dev/gemini-api/docs/openai and /troubleshooting. Its errors are lists of one; a bad key is a 400.


def gemini(status: int, name: str, message: str, *details: dict[str, Any]) -> HttpAnswer:
    """An error of Gemini's endpoint for OpenAI's clients."""
    told: dict[str, Any] = {"code": status, "message": message, "status": name}
    return http(status, [{"error": {**told, "details": list(details)} if details else told}])


_GOOGLE = "type.googleapis.com/google.rpc"
GEMINI = Dialect(
    name="Gemini",
    path="/v1beta/openai",
    # what it thinks is in the total alone
    usage=lambda prompt, answer: {
        "prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer + 700,
    },
    thoughts=700,
    listed={"id": "models/double", "owned_by": "google"},
    wrong_path=HttpAnswer(404, b"", {}),
    bad_key=gemini(
        400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.",
        {"@type": f"{_GOOGLE}.ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"},
    ),
    unknown_model=gemini(404, "NOT_FOUND", "models/double is not found for API version v1main, or is not supported"),
)  # fmt: skip
GEMINI_A_MINUTE = gemini(
    429, "RESOURCE_EXHAUSTED",
    "You exceeded your current quota, please check your plan and billing details. Please retry in 17.2s.",
    {"@type": f"{_GOOGLE}.QuotaFailure", "violations": [{"quotaId": "GenerateRequestsPerMinutePerProjectPerModel"}]},
    {"@type": f"{_GOOGLE}.RetryInfo", "retryDelay": "17s"},
)  # fmt: skip
# github.com/n4ze3m/page-assist/issues/406
GEMINI_EXHAUSTED = gemini(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).")
# github.com/googleapis/python-genai/issues/660
GEMINI_TOO_MANY_STATES = gemini(
    400, "INVALID_ARGUMENT", "The specified schema produces a constraint that has too many states for serving."
)
GEMINI_ARGUMENT = gemini(400, "INVALID_ARGUMENT", "Request contains an invalid argument.")
GEMINI_OVERLOADED = gemini(503, "UNAVAILABLE", "The model is overloaded. Please try again later.")
GEMINI_TOO_LONG = gemini(
    400, "INVALID_ARGUMENT", "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."
)


def gemini_unknown(name: str) -> HttpAnswer:
    """What it says of a field of the request that it does not know."""
    return gemini(400, "INVALID_ARGUMENT", f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.')


GEMINI_STRICT = replace(
    GEMINI,
    name="Gemini, of fields it does not know",
    refuses={name: gemini_unknown(name) for name in ("prompt_cache_key", "seed", "store", "metadata")},
)

# Mistral: docs.mistral.ai/api. A field that it does not know is refused (github.com/editor-code-assistant/eca/issues/231).


def mistral(status: int, message: Any, kind: str, code: str | None = None) -> HttpAnswer:
    """An error of Mistral's."""
    return http(status, {"object": "error", "message": message, "type": kind, "param": None, "code": code})


def mistral_unknown(name: str) -> HttpAnswer:
    """What it says of a field of the request that it does not know."""
    detail = {"type": "extra_forbidden", "loc": ["body", name], "msg": "Extra inputs are not permitted", "input": 1}
    return mistral(422, {"detail": [detail]}, "invalid_request_error")


MISTRAL = Dialect(
    name="Mistral",
    path="/v1",
    listed={"id": "double", "max_context_length": 32768},
    wrong_path=http(404, {"message": "no Route matched with those values", "request_id": "1"}),
    bad_key=http(401, {"detail": "Unauthorized"}),
    unknown_model=mistral(400, "Invalid model: double", "invalid_model", "1500"),
    refuses={name: mistral_unknown(name) for name in ("max_completion_tokens", "seed", "store", "metadata")},
)
MISTRAL_RATE = mistral(429, "Requests rate limit exceeded", "rate_limited", "1300")
MISTRAL_CAPACITY = mistral(
    429, "Service tier capacity exceeded for this model.", "service_tier_capacity_exceeded", "3505"
)
MISTRAL_TOO_LONG = mistral(
    400, "Prompt contains 41022 tokens, too large for model with 32768 maximum context length",
    "invalid_request_prompt", "3051",
)  # fmt: skip

# DeepSeek: api-docs.deepseek.com/quick_start/error_codes and /rate_limit. It keeps a connection open with empty lines.

DEEPSEEK = Dialect(
    name="DeepSeek",
    path="/v1",
    usage=lambda prompt, answer: {
        "prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer,
        "prompt_cache_hit_tokens": prompt // 2, "prompt_cache_miss_tokens": prompt - prompt // 2,
        "completion_tokens_details": {"reasoning_tokens": answer // 2},
    },
    comment=b": keep-alive\n\n: keep-alive\n\n",
    wrong_path=HttpAnswer(404, b"", {}),
    bad_key=error(
        401, "Authentication Fails, Your api key: ****test is invalid", "authentication_error", "invalid_request_error"
    ),
    unknown_model=error(400, "Model Not Exist", "invalid_request_error", "invalid_request_error"),
)  # fmt: skip
DEEPSEEK_NO_SCHEMA = error(
    400, "This response_format type is unavailable now", "invalid_request_error", "invalid_request_error"
)
DEEPSEEK_NO_TOOL_CHOICE = error(
    400, "deepseek-reasoner does not support this tool_choice", "invalid_request_error", "invalid_request_error"
)
DEEPSEEK_BALANCE = error(402, "Insufficient Balance", "unknown_error", "invalid_request_error")
# github.com/Aider-AI/aider/issues/4851: the same with another status, from a gateway
DEEPSEEK_BALANCE_IN_400 = error(400, "Insufficient Balance", "unknown_error", "invalid_request_error")
DEEPSEEK_BUSY = error(503, "Service is too busy. We advise users to temporarily switch to alternative LLM APIs.")

# Anthropic's endpoint for OpenAI's clients: platform.claude.com/docs/en/api/openai-sdk. `response_format` is ignored.

ANTHROPIC = Dialect(
    name="Anthropic",
    path="/v1",
    wrong_path=error(404, "Not Found", "not_found_error"),
    bad_key=error(401, "invalid x-api-key", "authentication_error", "invalid_request_error"),
    unknown_model=error(404, "model: double", "not_found_error"),
)
ANTHROPIC_CREDIT = error(
    400, "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.",
    "invalid_request_error", "invalid_request_error",
)  # fmt: skip
ANTHROPIC_OVERLOADED = error(529, "Overloaded", "overloaded_error")
ANTHROPIC_RATE = error(
    429, "This request would exceed your organization's rate limit of 30,000 input tokens per minute.",
    "rate_limit_error", headers={"retry_after": "12"},
)  # fmt: skip
ANTHROPIC_TOO_LONG = error(400, "prompt is too long: 210000 tokens > 200000 maximum", "invalid_request_error")


def anthropic_usage(prompt: int, answer: int) -> dict[str, Any]:
    """Its own counts, as gateways hand them on: what was read from the cache, or written to it, is not in the prompt's
    tokens."""
    cached = prompt * 2 // 3
    return {
        "prompt_tokens": prompt - cached, "completion_tokens": answer, "total_tokens": prompt - cached + answer,
        "cache_read_input_tokens": cached - 100, "cache_creation_input_tokens": 100,
    }  # fmt: skip
