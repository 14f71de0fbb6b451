"""The parts of `workflow migrate`: survey, judge, repair, plan, apply, undo."""
