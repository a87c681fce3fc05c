"""Entity models as data: one YAML file, one entity or reference table."""
