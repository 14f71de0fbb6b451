"""Gates, and what passes them into production."""
