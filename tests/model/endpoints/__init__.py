"""Doubles of the endpoints that people run, and one table of what becomes of a run on each of them.

dialect         how a maker's answers look: fields, counts of tokens, streams
double          one endpoint on loopback: where it lives, how it is asked, how it answers
cases           what a double does instead of answering as it should
openai_azure    OpenAI, Azure OpenAI
hosted          Groq, Gemini, Mistral, DeepSeek, Anthropic
gateways        OpenRouter, and what others of its kind do
local           vLLM, Ollama, LM Studio, llama.cpp
ends            how a run may end
runs            one run of a thread on a double, and how it ended
table           endpoint, case, how a run ends, how many requests it costs: the table
test_endpoints  the table, tried

What they say is from the makers' published documentation and from what people reported that they were sent; where it is
no common knowledge, the source stands beside it. None of these endpoints was reached while this was written.
"""

import pytest

pytest.register_assert_rewrite("tests.model.endpoints.ends")
