"""Agreements, access and hand-back: every write."""
