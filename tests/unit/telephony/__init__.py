"""Tests of the telephony adapters."""
