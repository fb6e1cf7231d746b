"""The only rooms that touch the web.

addresses   what counts as an address, and the one identity of a page at many spellings
guard       which network addresses may be connected to, and for how long and how much
http        one guarded client: an address in, bytes out
feeds       a feed's bytes become the pages it names
"""
