"""Roles as options in words, grants of roles on posts, and their review."""
