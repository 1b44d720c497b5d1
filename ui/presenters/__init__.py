"""Between panels and services: each presenter wires one part of the window; main thread."""
