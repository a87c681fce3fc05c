"""One file per probe; the registry finds them by themselves."""
