"""The sound of a call without sockets: RTP, RTCP, jitter buffer, G.711, digits; any one thread.

Nothing here opens a socket, reads a clock or draws a random number: octets and times come in as
arguments, packets, frames and figures go out. Transports, encryption and devices are put on from
outside.
"""
