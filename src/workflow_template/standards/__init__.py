"""The rules of the process and how they are judged."""
