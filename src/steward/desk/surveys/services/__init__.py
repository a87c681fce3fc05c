"""Writes of surveys."""
