"""Changes: requested, approved, executed on record; permission changes applied once approved."""
