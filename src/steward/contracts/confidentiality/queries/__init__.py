"""Reading agreements, grants and the hand-back list."""
