"""Small widgets that every panel is built of; main thread."""
