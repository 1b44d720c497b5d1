"""What is kept on this machine until the database takes it."""
