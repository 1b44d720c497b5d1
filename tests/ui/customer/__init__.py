"""Tests of the customer card, the screen pop and the timeline."""
