"""One masking method a file."""
