"""The contract packs that ship with the platform, one YAML file each."""
