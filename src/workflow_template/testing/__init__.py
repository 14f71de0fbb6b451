"""Run the tests of workflows, measure their coverage, and keep what was proved."""
