"""The `workflow` command: from "we need a workflow" to "it runs in production, and we can prove how it got there"."""

__version__ = "0.1.0"
