"""The tree of bodies and departments."""
