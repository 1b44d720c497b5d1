"""The network of a telephone on real sockets of this machine."""
