"""The people that themes are tried on, without a database: samples, edge cases, and the knobs."""
