"""Rule packs of the entities in the form of the one rule engine: one YAML file, one entity."""
