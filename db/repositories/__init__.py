"""One repository per noun; each works on the connection of its unit of work, on its thread."""
