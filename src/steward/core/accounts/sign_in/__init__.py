"""Signing in on top of django-allauth: lockout, second factor, outside identities, sessions."""
