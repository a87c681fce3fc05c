"""Attachments, stored once by their content."""
