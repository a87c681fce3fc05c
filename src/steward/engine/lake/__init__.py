"""Named Delta tables in four layers, and the DuckDB session that reads them."""
