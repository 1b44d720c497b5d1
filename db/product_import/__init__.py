"""Takes products and contracts over from CSV files."""
