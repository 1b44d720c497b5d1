"""Telephony servers and telephones of other makers, for tests and benchmarks."""
