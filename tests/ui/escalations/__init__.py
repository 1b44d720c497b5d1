"""The page of escalations by itself."""
