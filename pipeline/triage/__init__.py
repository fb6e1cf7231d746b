"""Sets aside items that the operator did not name and that cannot matter to the thread.

question  asks about titles and openings of many items: one verdict for each
stage     asks the question and stores the verdicts
"""
