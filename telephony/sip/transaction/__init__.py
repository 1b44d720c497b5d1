"""SIP transactions (RFC 3261 s. 17 with RFC 6026): tables, time as an argument; any one thread."""
