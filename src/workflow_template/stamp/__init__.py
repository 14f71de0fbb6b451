"""Give a workflow its place in a host: seed, plan, checklists, hooks. Standard library only, because hooks import it."""
