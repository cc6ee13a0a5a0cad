"""Programs for who works on this repository."""
