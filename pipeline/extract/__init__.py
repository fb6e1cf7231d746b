"""Extracts claims from texts, each naming the sentences it rests on.

question  asks the model about numbered sentences: claims that name them
claims    turns the answer into records, each claim checked against its article
stage     asks about each new text once and stores the claims
"""
