"""Sources become a page that cites their sentences, and a changed page becomes a version.

holdings     all that a thread has, read from the store as one value
news         decides from the holdings whether there is news: nothing new, an edit or a rewrite
sources      shows the sources to the model: their numbered sentences, and who is who
budget       chooses the sentences to show where there are too many
answer       the form the model answers in
edits        the form of its edits to a page
citing       turns the ids of sentences into claims
cast         who is who in a thread, under one name for each
sections     the sections that a page is asked for one by one, where its answer in one piece was cut off
figures      quantities that claims give, like beside like
assemble     turns an answer into a page: ids for every part
update       turns a page, new sources and the model's edits into the next page
silence      finds the source that may have silenced the others
translation  words that are cited in other languages, in the page's
timeline     puts events in order, each once
voices       counts who speaks on a page, by the cast
provenance   records how a version was made
version      freezes a page with the claims and sources it cites
writer       asks for a page or its edits, in one piece or section by section
checking     puts a page through the gates and the questions of the support check
stage        has the page written, has it checked and stores the version
"""
