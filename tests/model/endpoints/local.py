"""Servers that people run themselves: most ask for no key, and say in their own words what they cannot do."""

from tests.doubles import HttpAnswer
from tests.model.endpoints.dialect import Dialect, error, http

# vLLM: docs.vllm.ai, serving/openai_compatible_server. Its errors were flat before version 0.10.

VLLM = Dialect(
    name="vLLM",
    path="/v1",
    usage=lambda prompt, answer: {
        "prompt_tokens": prompt, "total_tokens": prompt + answer, "completion_tokens": answer,
        "prompt_tokens_details": None,
    },
    listed={"id": "double", "root": "double", "max_model_len": 32768},
    extra={"prompt_logprobs": None, "kv_transfer_params": None},
    wrong_path=http(404, {"detail": "Not Found"}),
    bad_key=http(401, {"error": "Unauthorized"}),
    unknown_model=http(
        404,
        {"object": "error", "message": "The model `double` does not exist.", "type": "NotFoundError", "param": None,
         "code": 404},
    ),
)  # fmt: skip
VLLM_GRAMMAR = http(
    400,
    {"object": "error", "message": "The provided JSON schema contains features not supported by xgrammar.",
     "type": "BadRequestError", "param": None, "code": 400},
)  # fmt: skip
VLLM_TOOLS = error(
    400,
    '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
    "BadRequestError",
    400,
)
# github.com/gpustack/gpustack/issues/929
VLLM_TOO_LONG = error(
    400, "This model's maximum context length is 1024 tokens. However, you requested 1700 tokens (1700 in the messages, "
    "0 in the completion). Please reduce the length of the messages or completion.", "BadRequestError", 400,
)  # fmt: skip
VLLM_ANSWER_TOO_LONG = error(
    400,
    "'max_tokens' or 'max_completion_tokens' is too large: 16000. This model's maximum context length is 8192 tokens and "
    "your request has 1700 input tokens (16000 > 8192 - 1700).",
    "BadRequestError",
    400,
)
VLLM_DEAD = error(500, "EngineCore encountered an issue.", "InternalServerError", 500)

# Ollama: github.com/ollama/ollama/blob/main/docs/openai.md. An unknown path is plain text.

OLLAMA = Dialect(
    name="Ollama",
    path="/v1",
    key_header=None,
    extra={"system_fingerprint": "fp_ollama"},
    wrong_path=HttpAnswer(404, b"404 page not found", {"Content-Type": "text/plain"}),
    bad_key=error(401, "unauthorized", "api_error"),
    unknown_model=error(404, 'model "double" not found, try pulling it first', "api_error"),
)
OLLAMA_NO_FORMAT = error(
    500, "Failed to create new sequence: failed to load model vocabulary required for format", "api_error"
)
OLLAMA_NO_TOOLS = error(400, "registry.ollama.ai/library/double:latest does not support tools", "api_error")
OLLAMA_BUSY = error(503, "server busy, please try again. maximum pending requests exceeded", "api_error")
OLLAMA_CRASHED = error(500, "llama runner process has terminated: exit status 2", "api_error")

# LM Studio: github.com/lmstudio-ai/lmstudio-bug-tracker/issues/618 (an unknown path is a 200), 2322 (so is a question
# that is too long), 2339 (or it is answered with nothing).

LM_STUDIO = Dialect(
    name="LM Studio",
    path="/v1",
    key_header=None,
    extra={"stats": {}, "system_fingerprint": "double"},
    wrong_path=http(200, {"error": "Unexpected endpoint or method. (POST /chat/completions)"}),
    bad_key=http(401, {"error": "Unauthorized"}),
    unknown_model=error(
        404, "No models loaded. Please load a model in the developer page or use the `lms load` command.",
        "invalid_request_error", "model_not_found", param="model",
    ),
)  # fmt: skip
LM_STUDIO_NO_OBJECT = http(400, {"error": "'response_format.type' must be 'json_schema' or 'text'"})
LM_STUDIO_TOO_LONG = http(
    200, {"error": "The number of tokens to keep from the initial prompt is greater than the context length."}
)
LM_STUDIO_CRASHED = http(400, {"error": "The model has crashed without additional information. (Exit code: null)"})

# llama.cpp: github.com/ggml-org/llama.cpp, tools/server/README.md. It serves questions without /v1 too.

LLAMA_CPP = Dialect(
    name="llama.cpp",
    path="/v1",
    alias="",
    listed={"id": "double", "meta": {"n_ctx_train": 131072}},
    extra={"timings": {"cache_n": 236, "prompt_n": 1, "prompt_ms": 30.9, "predicted_n": 35, "predicted_ms": 661.0}},
    wrong_path=error(404, "File Not Found", "not_found_error", 404),
    bad_key=error(401, "Invalid API Key", "authentication_error", 401),
    unknown_model=error(400, "model not found", "invalid_request_error", 400),
)
LLAMA_CPP_LOADING = error(503, "Loading model", "unavailable_error", 503)
LLAMA_CPP_GRAMMAR = error(
    400, "Failed to initialize samplers: failed to parse grammar", "invalid_request_error", 400
)  # github.com/ggml-org/llama.cpp/issues/25895
LLAMA_CPP_SCHEMA_500 = error(500, "failed to parse grammar: unsupported schema construct", "server_error", 500)
# github.com/ggml-org/llama.cpp/pull/15780
LLAMA_CPP_TOO_LONG = error(
    400, "request (1700 tokens) exceeds the available context size (1024 tokens), try increasing it",
    "exceed_context_size_error", 400, n_prompt_tokens=1700, n_ctx=1024,
)  # fmt: skip
# github.com/ggml-org/llama.cpp/issues/19774: the same while it was reading already
LLAMA_CPP_TOO_LONG_500 = error(500, "Context size has been exceeded.", "server_error", 500)
