"""Quality: rules, checks of lake tables, problem orders per department, correction, cleaning."""
