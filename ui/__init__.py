"""The windows: the only package that imports Qt, in the main thread."""
