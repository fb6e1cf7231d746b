"""Which thread an arrival belongs to; when a new thread begins.

near        new arrivals -> what each may belong to, found in code
sorting     one question about many of them -> threads they belong to, discussions they make
"""
