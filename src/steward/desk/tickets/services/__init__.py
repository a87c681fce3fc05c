"""Everything that changes rows of the desk."""
