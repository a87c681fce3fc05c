"""Execution engines, one a file: the registry finds every module here by itself."""
