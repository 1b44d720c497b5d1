"""What this side sends; pure, any one thread."""
