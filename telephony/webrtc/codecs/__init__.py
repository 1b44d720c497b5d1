"""Opus, G.722 and G.711 both ways, and the rates between them; any one thread per stream."""
