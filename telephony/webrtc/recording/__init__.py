"""Both sides of a call in a file: left what this side says, right what the far side does."""
