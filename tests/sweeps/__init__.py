"""A run disturbed at every place where it changes something, workers killed by chance, and what only many runs show.

calls       `python -m tests.sweeps.calls`: a fault at each call that changes something
workers     `python -m tests.sweeps.workers`: workers and their server, killed by chance
trace       which calls of a program change something, and a fault at one of them
nursery     the command line at a fixed moment, again and again
homes       homes to disturb a run in, what is left in one, the outside they live in
disk        what a disk may hold after a power cut
scenes      what is run, on which home, and what an undisturbed run of it leaves
invariants  what has to hold after a disturbed run, and after the one that follows it
"""
