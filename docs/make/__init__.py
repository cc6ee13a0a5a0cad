"""Makes the pages of docs/ that tell what the code says: `python -m docs.make`, or `make docs`.

structs ─→ context  ─→ docs/theme-context.md
        ─→ settings ─→ docs/configuration.md
commands ───────────→ docs/cli.md
servers ──→ hosting ──→ docs/hosting.md
screenshots ────────→ docs/images/
"""
