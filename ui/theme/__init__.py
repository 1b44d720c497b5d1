"""Colours, spacing and type sizes, and the style sheet made of them; main thread."""
