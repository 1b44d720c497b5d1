"""What is late, whom that was told, and who took note."""
