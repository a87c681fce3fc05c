"""Work surfaces of changes."""
