"""The relay and servers that the tests bring themselves."""
