"""Every text on screen in English and Chinese, one module per area; plain data, any thread."""
