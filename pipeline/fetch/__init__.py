"""The only rooms that touch the web.

stage            what a thread's sources name, and what is new of it, is fetched and kept
poll             sources are asked what they have; backoff says when one may be asked again
backoff          how long a source that fails rests
source_list      where to look, as an operator says it
opml             lists of feeds as other readers keep them
feeds            a feed's bytes become the entries it names, and which item each of them is
entries          an item as the place that names it tells of it, and the text that the feed itself carries
search           words in, what was found out
item             an item's page, fetched and kept
articles         a work's bytes: an article's page, a discussion's posts
discussions      threads of posts, from where their sites give them to programs
redirect_pages   pages that only lead to another page
next_pages       articles that stand on several pages
tags             single tags out of HTML, linear in any markup
addresses        what counts as an address, and the one identity of a page at many spellings
http             one guarded client: an address in, bytes out
private          what private feeds and pages are asked with, and nobody else
guard            which network addresses may be connected to, and for how long and how much
special_purpose  the table of addresses that lead to no public server
polite           robots.txt, pauses, hosts that asked to be left alone
shared           what several threads look at is asked once in a batch
stoppable        nothing is begun once the program is told to stop
"""
