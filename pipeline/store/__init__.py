"""What is stored, and every query. SQLAlchemy Core; SQLite by default, PostgreSQL for several machines.

Snapshots, extractions, claims, source numbers and versions are only ever added: the database itself refuses to
change or delete them, but for a thread that its operator deletes.

database      opens, migrates, locks and closes the store
sqlite        the store in one file, for one machine
postgresql    the store on a PostgreSQL server, for several machines
protocol      what either database offers
schema        the tables after the last migration (the folder migrations holds the steps that lead there)
backup        copies a whole store into another, row by row
backup_rows   what a backup may hold
deletion      deletes a thread
coordination  rate limits and locks shared by all processes that use one store
workers       workers, and what each says that it does

items         items, the bytes fetched for them, and their snapshots
claims        extractions and their claims
threads       threads and where they look
versions      versions and source numbers
corrections   what the operator has corrected on pages
runs          what runs did
sources       how the addresses that threads look at have answered
blocked       hosts that the operator has blocked
entries       entries of feeds, and the items they became
arrivals      watched feeds, and what they brought
outbox        what an operator is to be told, and how far that is
days          the pages of days, and the batches behind them
replies       model replies, stored before they are used
spending      what was asked and paid for, by run
deferred      deferred questions, and the batch jobs they were submitted with
endpoints     what has been found out about endpoints
tokens        a token for each thread that tells whether anything of it changed
"""
