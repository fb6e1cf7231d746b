"""Extracts claims from texts, each naming the sentences it rests on.

question    asks the model about an article's numbered sentences: claims that name them
claims      turns the answer into records, each claim checked against its article
posts       asks about the posts of a discussion
discussion  turns the answer into records, each claim its post's author's
figures     the quantities that claims give, each checked against its claim's sentences
carried     what was taken out of a discussion before, and still holds
stage       asks about each new text once and stores the claims
"""
