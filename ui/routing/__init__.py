"""The editor of routing rules and its dry run; Qt main thread."""
