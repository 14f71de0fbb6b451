"""One module = one command: its options and a few lines of glue."""
