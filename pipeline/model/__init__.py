"""The door to the language model: one typed question in, one typed answer out, or one named failure.

Door        a question's prompt and answer type; validates, asks once more with the error named
  Ledger      an answer already paid for is never asked again
    Metered     nothing is sent that would pass the run's ceiling in tokens or money
      Retrying    waits and tries again where that can help; `judge` decides it
        Pacing      so many requests and tokens a minute, shared by all threads
          Endpoint    one request to an OpenAI-compatible server, on the ladder's rung that works there

exchange    what goes and what comes back, and the promise every layer keeps
forms       the ladder: four ways of asking for JSON, one way of reading it
facts       what has been found out about an endpoint: its rung, its context, whether it counts
tokens      how many tokens a text is, offline
scripts     the alphabet of an answer
"""
