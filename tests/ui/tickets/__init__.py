"""Tests of the ticket editor, work orders, verification and the department page."""
