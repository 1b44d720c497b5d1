"""What a server grants to whom, tried with plain SQL by each role."""
