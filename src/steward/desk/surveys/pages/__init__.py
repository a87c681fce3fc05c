"""Pages of surveys: the client's work surface, the respondent's form."""
