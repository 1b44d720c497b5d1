"""The change feed: what each desk learns of the others' changes, from one log of events."""
