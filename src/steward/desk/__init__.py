"""服务台: tickets with their clocks, and changes."""
