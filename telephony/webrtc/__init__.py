"""Media of real calls: ICE, DTLS, SRTP, codecs and the 20 ms engine, in a process of its own."""
