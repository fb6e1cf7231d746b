"""The door to the language model: one typed question in, one typed answer out, or one named failure.

Door        a question's prompt and answer type; validates, asks once more with the error named
  Ledger    an answer already paid for is never asked again
    Retrying    waits and tries again where that can help
      Endpoint    one request to an OpenAI-compatible server
"""
