"""How SIP messages travel: sockets, TLS, WebSocket, DNS; runs on the `desk-loop` thread."""
