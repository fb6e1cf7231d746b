"""Stored versions become the site: HTML, Markdown and JSON. Pure until the last step, which writes.

library    everything a site shows, gathered once
cards      a sentence's citations, as a reader meets them
site       library -> the files of the whole site; templates stand beside the code that fills them
write      files -> a folder, changed all at once
"""
