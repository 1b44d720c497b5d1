"""Microphone, speaker and ring on the settings page."""
