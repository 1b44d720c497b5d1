"""The pictures that the documents show, taken from the running desk."""
