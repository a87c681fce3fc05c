"""Rows that belong together although no key says so: people and addresses, by probability."""
