"""Roles as options in words, data scope by subtree, three separated administrators."""
