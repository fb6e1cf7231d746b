"""The language model: one typed question in, one typed answer out, or one named failure.

A request passes: client, reply_cache, budget, (deferred), retry, stoppable, throttle, endpoint.

client         a question's prompt and answer type; validates, asks once more with the error named
reply_cache    an answer that was paid for is never asked for again
budget         nothing is sent that would pass the run's ceiling in tokens or money
deferred       questions that can wait are stored, to be sent together as a batch job
retry          judges a failure as a value; waits and tries again where that can help
stoppable      nothing is asked once the program is told to stop
throttle       so many requests and tokens a minute, shared by all threads
endpoint       one request to an OpenAI-compatible server, in the strictest JSON mode that works there

messages       the interface of a layer, and the JSON schema of an answer
json_modes     four ways of asking for JSON, one way of reading it
batch_api      jobs of OpenAI's Batch API: submits deferred questions, collects their answers
probe          one long question that shows whether an endpoint reads to the end
answer_checks  answers that repeat their instructions or are in the wrong alphabet
tokens         how many tokens a text is, offline
"""
