"""SIP dialogs and what goes on inside them (RFC 3261 s. 12 to 15 and extensions); any thread."""
