"""Stored versions become the site: HTML, Markdown, JSON and Atom. Pure until the last step, which writes.

library    everything a site shows, and where a page finds it
cards      a page's citations, as a reader meets them
drawing    small pictures of when things happened
render     templates, which stand beside it, become text
forms      what other programs read, and its schemas
site       library -> units: files that are made together, each with a name of all that decides it
write      units -> a folder; what has not changed is linked, and all of it takes its place in one step
search     the index a reader's browser asks
"""
