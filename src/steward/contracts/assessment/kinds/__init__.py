"""Scoring rule kinds, one file each; a file dropped here is found by itself."""
