"""Checks that nothing unproven is published.

claims      an extracted claim against its own sentences: figures, names, speaker, negation
evidence    what a sentence may rest on: claims with their quotations and what is known of their sources
gates       checks of one sentence, in one list, each with a closed code: sure ones strike, doubtful ones flag
check       a page through the gates: repaired where code can, struck where it cannot
support     the question that judges every new sentence with its flags, and the page after the verdicts
proof       a stored version, proved again from the snapshots it cites
likeness    compares names and figures
times       compares dates and spans of time
suspicion   recognises sentences addressed to a language model

A gate repairs or strikes a sentence. It never rejects a page.
"""
