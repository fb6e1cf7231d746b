"""The program as a whole: what an operator, or another program, can ask for.

machine  one method for each request
fates    what became of each item of a thread, and why
queries  reads what is stored
item_views  items as their pages show them, read for many items at once
editor   makes an operator's decisions
corrector  corrects what pages have wrong
own_settings  what a thread has otherwise than its home
serving  serves the site on loopback
settings_file  a settings file to begin with
wiring   makes a machine from settings and environment
worker   does what is due beside other workers, on PostgreSQL
notify   tells the operator of new versions, failures and spent ceilings
demo     replays and records the demonstration
hosts    serves folders as hosts on loopback, for recording
"""
