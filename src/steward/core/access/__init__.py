"""The language of permissions: declare them, ask who may do what and which bodies they see."""
