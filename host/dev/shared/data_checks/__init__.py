"""The parts of `validation_helpers`, which is what to import."""
