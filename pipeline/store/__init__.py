"""What is kept, and every query once. SQLAlchemy Core; SQLite by default.

    database    opens, migrates and locks
    schema      the tables as they stand
    items threads claims versions runs replies sources arrivals days awaited facts      queries, by what they are about

Snapshots, extractions, claims, source numbers and versions are only ever added: the database itself refuses to
change or delete them.
"""
