"""邻礼通 entities: people, homes, households, vehicles, places; their rules and lineage."""
