"""Acceptance: asked for, examined, reviewed, passed, rectified, or deemed passed by silence."""
