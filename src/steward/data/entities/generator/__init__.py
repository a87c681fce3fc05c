"""A generated population on real region codes, with faults whose exact numbers are known."""
