"""Data services: sources, catalogue, collection, quality, entities."""
