"""Checks that nothing unproven is published.

claims      an extracted claim against its own article: figures and speaker
evidence    what a sentence may rest on: claims with their quotations and what is known of their sources
gates       checks of one sentence, in one list, each with a closed code: sure ones strike, doubtful ones flag
check       a page through the gates: repaired where code can, struck where it cannot
support     the questions that judge every new sentence with its flags, and the page after the answers
proof       a stored version, proved again from the snapshots it cites
figures     compares figures, whatever language writes them
quantities  whether the sentences of a claim give a quantity, and its margin
likeness    compares names, and units
times       compares dates
quoting     strings in quotation marks of any shape, and whether a source has them
authorship  who wrote which sentence of a discussion
numbered    sources as questions show them: numbered sentences, and who is who
suspicion   recognises sentences addressed to a language model

A gate repairs or strikes a sentence. It never rejects a page.
"""
