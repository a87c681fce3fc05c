"""Statutory and working calendars, versioned."""
