"""The desk's SIP telephone: the switch and media ports over SIP core, network and media engine."""
