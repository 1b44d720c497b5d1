"""The knowledge base on the screen: hits, reader, page and form; Qt main thread."""
