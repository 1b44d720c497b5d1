"""The domain on its own: values, tables and readers, without input or output."""
