"""Two tables by key: only here, only there, different (which columns), same."""
