"""Where one SIP message ends and the next begins, for each kind of transport; pure, any thread."""
