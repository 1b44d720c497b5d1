"""A SIP telephone without sockets: messages, transactions, dialogs, digests, SDP; any one thread.

Nothing here opens a socket, reads a clock or draws a random number: bytes and times come in as
arguments, messages and deadlines go out. Transports and media are put on from outside.
"""
