"""Nothing unproven is published.

    claims     an extracted claim against its own sentences: figures, names, speaker, negation
    gates      checks of one sentence in one list, each with a closed code; sure ones strike, doubtful ones flag
    check      a page through the gates: repaired where code can, struck where it cannot
    support    the question that judges every new sentence with its flags, and what becomes of the verdicts
    proof      a stored version, proved again from the snapshots it cites

    ground     what a sentence may rest on
    likeness   comparing names and figures
    times      comparing dates and spans of time

A gate repairs or strikes a sentence. It never rejects a page.
"""
