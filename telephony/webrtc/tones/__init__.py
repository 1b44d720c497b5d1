"""What a telephone lets its person hear of a call beside speech; pure, any thread."""
