"""Finds the thread an arrival belongs to, and begins new threads.

terms       takes from a text what it is compared by, in any language and script
across      compares texts in different languages
similarity  finds in code what each new arrival may belong to
question    asks the model about many arrivals: the threads they belong to, the discussions they make
watch       polls watched feeds and reads what arrives
stage       gives arrivals to threads, and begins or proposes new ones
"""
