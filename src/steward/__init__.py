"""Steward (政务管家): government platforms run under service contracts."""
