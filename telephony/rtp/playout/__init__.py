"""When each frame of a received stream is heard, by time alone; pure, any one thread."""
