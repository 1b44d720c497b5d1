"""The telephone with servers and telephones of other makers, all of them real."""
