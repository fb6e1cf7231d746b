"""Nothing unproven is published.

    gates     small checks in one list, each with a closed code
    check     a page through the gates: repaired where code can, struck where it cannot
    proof     a stored version, proved again from the snapshots it cites

A gate repairs or strikes a sentence. It never rejects a page.
"""
