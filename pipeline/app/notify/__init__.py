"""Tells an operator where they are of what happened: by a webhook, by mail.

    a notice in the store's outbox -> message -> form -> webhook, or mail -> the outbox again

message  what is said of an event, in plain words and as data
forms    the HTTP request that a receiver of each kind takes
webhook  sends such a request
mail     sends a message by SMTP
notifier  takes what waits in the outbox, tells it, and remembers how that went

A notice is told at most once by each way. It is marked before it is sent. Where a try failed for certain it is made
again by later runs, up to a limit; where it may have arrived, only if the receiver can tell that it is the same again.
"""
