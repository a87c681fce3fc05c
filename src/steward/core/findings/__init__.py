"""What checks find: de-duplicated, closed when the check passes again."""
