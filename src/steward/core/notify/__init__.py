"""Notices through many channels."""
