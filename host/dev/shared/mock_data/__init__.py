"""The parts of `mock_data_generator`: from what a table accepts (`shapes`) to rows (`tables`) and where they go."""
