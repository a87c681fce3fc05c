"""Kinds of configuration items: one file, one kind."""
