"""Recurring duties of contracts: laid out, reminded, proved, counted."""
