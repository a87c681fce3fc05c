"""Tickets, their clocks, the policies that make the clocks, and routing."""
