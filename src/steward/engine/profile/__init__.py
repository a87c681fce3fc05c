"""What is in a table: types, gaps, distinct values, patterns, keys, and rules it suggests."""
