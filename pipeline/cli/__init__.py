"""The command line: each command calls the machine and prints the result. It has no logic of its own.

main        runs the command line: arguments in, an exit code out
app         what all commands share: options, printing results
progress    tells what is being done, on a terminal, in lines, in the log file
following   commands that begin, run and close threads, and change their sources, settings, cast and pages
reading     commands that show what is stored: versions, items, proofs, the site
unattended  commands for watched feeds, the threads they bring, batches and workers
format      formats records for a terminal

Results go to standard output, progress and errors to standard error. With --json, standard output holds one JSON
object and nothing else.
"""
