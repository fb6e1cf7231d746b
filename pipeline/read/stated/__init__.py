"""What a page states of itself. What it does not state stays empty: a guess is worse. Pure.

json_ld        every object of its JSON-LD
page_parts     which parts are about its article, and which about others
titles         what its article and its site are called
bylines        who wrote it
dates          when it was published, and what states that
byline_dates   the dates a visible byline shows
not_articles   pages that stand in an article's place
wall_words     what such pages say, in some twenty languages
"""
