"""The knowledge base on the screen."""
