"""Microphone and speaker of real calls by QtMultimedia, for the process that runs the media."""
