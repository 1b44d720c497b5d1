"""When reports are due, what they say and what is learnt of them; pure, any one thread."""
