"""Claims become a page, and a changed page becomes a version.

holdings    all that a thread has, read from the store as one value
news        decides from the holdings whether there is news: nothing new, an edit or a rewrite
brief       shows claims to the model, each under a short name
budget      chooses the claims to show where there are too many
answer      the form the model answers in
assemble    turns an answer into a page: short names into claims, ids for every part
update      turns a page, new claims and the model's edits into the next page
timeline    puts events in order, each once
voices      counts who speaks on a page, by author and origin
provenance  records how a version was made
version     freezes a page with the claims and sources it cites
stage       asks for the page, has it checked and stores the version
"""
