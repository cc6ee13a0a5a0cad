"""How fast a build is, beside others that make the same pages from the same people.

people ─→ JSON ─→ Hugo, Jinja ─┐
       └→ PostgreSQL ─→ ours ──┴→ measure ─→ results/latest.json ─→ docs/performance.md
"""
