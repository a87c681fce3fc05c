"""Append-only evidence, its seals, and the metrics that read it."""
