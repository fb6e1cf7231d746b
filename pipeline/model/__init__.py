"""The door to the language model: one typed question in, one typed answer out, or one named failure.

Door -> Ledger -> Metered -> (Deferred) -> Retrying -> Stoppable -> Pacing -> Endpoint

door        a question's prompt and answer type; validates, asks once more with the error named
ledger      an answer already paid for is never asked again
allowance   nothing is sent that would pass the run's ceiling in tokens or money
retry       judges a failure as a value; waits and tries again where that can help
pace        so many requests and tokens a minute, shared by all threads
stoppable   nothing is asked once the program is told to stop
deferred    questions that can wait are put down; jobs hands them in and collects
endpoint    one request to an OpenAI-compatible server, on the ladder's rung that works there

exchange    what goes and what comes back, and the promise every layer keeps
forms       the ladder: four ways of asking for JSON, one way of reading it
facts       what has been found out about an endpoint: its rung, its context, whether it counts
probe       one long question that shows whether an endpoint reads to the end
tokens      how many tokens a text is, offline
scripts     the alphabet of an answer
echo        an answer that repeats its instructions
"""
