"""Claims: listed, filtered, approved, settled and added up; Qt main thread."""
