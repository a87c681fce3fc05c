"""Approval flows configured by administrators."""
