"""What stands behind the fixtures of `test_framework.py`: one module for each thing that they do."""
