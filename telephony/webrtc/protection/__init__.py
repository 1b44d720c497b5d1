"""What stands between packets and datagrams: nothing, SDES or DTLS; runs on the engine's loop."""
