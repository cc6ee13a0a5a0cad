"""The database: its schema, its roles, how to reach it, and one to use where there is none."""
