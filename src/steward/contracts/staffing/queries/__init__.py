"""Reading the team, its days and its changes."""
