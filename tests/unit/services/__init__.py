"""The services over the real SQLite storage and journal, with a switch that the test drives."""
