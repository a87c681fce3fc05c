"""Work surfaces of confidentiality."""
