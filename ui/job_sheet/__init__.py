"""Job sheets on paper: A4, printed or as PDF. Main thread."""
