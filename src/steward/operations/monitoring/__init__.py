"""What runs and what does not: probes, spans, maintenance windows, availability."""
