"""The media of one call: what is heard, what is said, what is reported; the engine's loop."""
