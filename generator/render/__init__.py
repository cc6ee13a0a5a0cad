"""A model and a theme become pages. Pure: no clock, no randomness, no I/O (DESIGN, rule 4)."""
