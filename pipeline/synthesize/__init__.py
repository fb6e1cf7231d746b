"""Claims become a page.

brief       claims -> what the model is shown, each claim under a short name
answer      the form the model must answer in
assemble    its answer -> a page: names back to claims, ids given, what has no claim left out
"""
