"""What is known of a received stream: order, losses, jitter; pure, any one thread."""
