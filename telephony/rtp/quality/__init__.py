"""How good a call sounds; pure, any thread."""
