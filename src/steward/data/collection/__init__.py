"""Collection: tasks that bring tables of sources into the lake, counted on both sides, and recall."""
