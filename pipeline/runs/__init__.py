"""Runs: of one thread, of many, planned or recorded.

thread     one thread, all stages in order
batch      many threads in one process, unattended
estimate   what a run would do and cost
preview    the questions a run would begin with
schedule   when a thread is due, and when nothing is done
watched    the watched feeds, and when a batch asks them
lifecycle  whether a thread is live, quiet or closed after a run
deferred   questions handed in together, answered later
announcing  which questions the model is being asked, for those who watch
recording  a run kept in a folder and played again
services   settings become the web, the model and the context of a run
models     the models of a run, each a stack of layers over its endpoint
endpoint_check  what an endpoint can do, found out by asking it
"""
