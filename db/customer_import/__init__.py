"""Import of customers from CSV files: checked line by line, stored all at once."""
