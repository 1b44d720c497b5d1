"""What happens in SIP dialogs as CSTA events of the desk (RFC 3261, ECMA-269); pure, any thread."""
