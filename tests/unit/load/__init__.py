"""What a floor under load counts and how it is judged."""
