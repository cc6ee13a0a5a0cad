"""Database → model: the only reader of portfolio rows."""
