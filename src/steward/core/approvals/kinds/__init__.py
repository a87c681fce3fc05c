"""Ways to say who approves, one file each."""
