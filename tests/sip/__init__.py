"""The SIP core: each layer by itself, then two telephones on a bad line, all in memory."""
