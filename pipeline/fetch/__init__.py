"""The only rooms that touch the web.

addresses   what counts as an address, and the one identity of a page at many spellings
guard       which network addresses may be connected to, and for how long and how much
http        one guarded client: an address in, bytes out
polite      robots.txt, pauses, hosts that asked to be left alone
once        what several threads look at is asked once in a batch
stoppable   nothing is begun once the program is told to stop
feeds       a feed's bytes become the pages it names
announced   an item as the place that names it tells of it
search      words in, what was found out
"""
