"""The main text of a web page, as a reader of it sees it. Pure.

markup        characters become a tree, within limits
visible       the tree without what its markup and its own style sheets hide
style_sheet   the style sheets that stand in the page
selectors     which elements a rule of theirs is for
main_text     which blocks are the article
places        how deep its elements stand, and in what furniture of the site
blocks        the tree as the blocks a reader sees, each with all of its words
list_numbers  the numbers of numbered lists
article_body  the text that stands in JSON-LD, where the page shows none
links         where the page's links lead
"""
