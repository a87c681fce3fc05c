"""Parts of reports: each makes one section of a document from records, by facades only."""
