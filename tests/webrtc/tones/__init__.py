"""The tones of a telephone: their table and their sound."""
