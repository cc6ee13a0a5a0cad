"""Pages → `output/`: who stands where, what is there already, and how it gets there whole."""
