"""Masking: what may leave is decided by sensitivity, compiled into the query where SQL can."""
