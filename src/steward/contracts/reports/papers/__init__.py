"""Documents for Word and WPS: templates, rendering, charts, stable bytes."""
