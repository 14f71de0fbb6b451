"""What stands behind `performance_profiler.py`: one module for each thing that it does."""
