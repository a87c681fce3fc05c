"""Work surfaces of the desk."""
