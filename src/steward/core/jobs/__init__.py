"""Background work: events delivered once, jobs with progress, services that never end."""
