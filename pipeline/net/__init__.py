"""What the packages that go outside share: connections, limits and signals.

sockets      connections with a total time and a number of bytes at most
direct       connections to a server that the operator names, wherever it stands
stopping     whether the program was told to stop
rate_limit   how often something outside may be used, within this process
keyed_lock   one holder at a time for each key, within this process
redact       removes the API key from what a server sends back
"""
