"""The demonstration: generated people, assets and a year of work on the real Huai'an contract."""
