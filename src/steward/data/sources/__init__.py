"""Databases that data comes from: connections, schemas, profiles, rights of departments."""
