"""Reports of a contract: composed from records, kept as documents and as evidence."""
