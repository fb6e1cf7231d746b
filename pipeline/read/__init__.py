"""Bytes become immutable text. No web, no model, no store.

bytes -> page_text -> sentences -> Snapshot
         furniture: sentences that belong to the site, not to the article
         copies: which of two items repeats the other
"""
