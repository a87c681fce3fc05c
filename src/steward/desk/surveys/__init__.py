"""Satisfaction surveys: whom to ask, asking once and anonymously, counting, closing as evidence."""
