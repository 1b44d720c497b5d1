"""The media engine and its parts, over real sockets on loopback."""
