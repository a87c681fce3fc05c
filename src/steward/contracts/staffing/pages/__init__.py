"""Work surfaces of staffing."""
