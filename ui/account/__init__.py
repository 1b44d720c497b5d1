"""The line at an exchange: its account, its check and its trace; main thread."""
