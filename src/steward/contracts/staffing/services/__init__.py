"""Changing the team, its roster and who was there."""
