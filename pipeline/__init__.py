"""The Information Machine: follows a public discussion and keeps one living, cited page about it.

    fetch -> read -> extract -> synthesize -> verify -> versions -> publish

Data flows one way. Each stage's output is stored before the next begins, and a later stage never edits an
earlier record: it adds one.
"""

__version__ = "0.1.0"
