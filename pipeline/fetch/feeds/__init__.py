"""A feed's bytes become the entries it names. Pure.

parse      a feed of any kind: the door
walk       RSS, Atom and RDF by one walk over the tree
xml        the tree, in the right characters and with common faults repaired
json_feed  JSON Feed, with the fields that generators get wrong
lenient    what the walk finds nothing in, by feedparser, which takes anything
entries    what any of them states of an entry becomes a candidate, or the reason why it is none
text       the words of titles, names and texts, out of what feeds wrap them in
dates      dates in whatever form and language
identity   which item an entry is, and whether it was changed
"""
