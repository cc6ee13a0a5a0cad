"""A new site, as somebody begins it."""
