"""The sound card of real calls, on a sound server of the tests' own."""
