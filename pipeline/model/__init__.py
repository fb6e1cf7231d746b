"""The language model: one typed question in, one typed answer out, or one named failure.

A request passes: client, reply_cache, budget, (deferred), first_alone, retry, stoppable, throttle, endpoint.

client         a question's prompt and answer type; validates, asks once more with the error named
reply_cache    an answer that was paid for is never asked for again
budget         nothing is sent that would pass the run's ceiling in tokens or money
deferred       questions that can wait are stored, to be sent together as a batch job
first_alone    of questions that begin alike, one goes first where the endpoint caches what it has read
retry          judges a failure as a value; waits and tries again where that can help
stoppable      nothing is asked once the program is told to stop
throttle       so many requests and tokens a minute, shared by all threads
limits         what an endpoint says of its limits, by which throttle goes too
endpoint       one request to an OpenAI-compatible server, in the strictest JSON mode that works there

messages       the interface of a layer, and the JSON schema of an answer
ways           four ways of asking for JSON, and the fields that a server may not know
connection     who asks, through what, and for how long
event_stream   an answer that comes in pieces
completions    why an answer ended, what it says, what it cost
failures       what a failed request means, and what to do about it
waits          how long a server asks to wait
answers        the JSON in what a model wrote
batch_api      jobs of OpenAI's Batch API: submits deferred questions, collects their answers
probe          one long question that shows whether an endpoint reads to the end
answer_checks  answers that repeat their instructions or are in the wrong alphabet
tokens         how many tokens a text is, offline
"""
