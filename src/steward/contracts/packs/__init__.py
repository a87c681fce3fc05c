"""Contract packs: a service contract as checked, versioned data."""
