"""What themes are promised: every template and all that it can read (docs/theme-context.md)."""
