"""Bytes become immutable text. No web and no model.

stage           bytes become snapshots, and items that repeat another are folded
item            one item's bytes
reader          pages are read in programs of their own, with limits of time and memory
page_text       the text of a page and what it states of itself: media says which kind it is
media           what kind of file came back
html            the main text of a web page
posts           a thread of posts, each in its own place in the text
several_pages   the pages of one article as one text
pdf             the text of a PDF
markdown        Markdown as a reader sees it
stated          title, author, date and language as a page states them
sentences       numbered sentences with their places in the text
sentence_words  what a point after a word means, language by language
snapshots       text and sentences under an id that is a hash of them
furniture       sentences that belong to the site, not to the article
copies          which of two items repeats the other
"""
