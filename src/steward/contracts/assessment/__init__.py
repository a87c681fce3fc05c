"""Scores and payments worked out from evidence by the contract's own rules."""
