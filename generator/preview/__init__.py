"""The theme author's server: what a build would write, a gallery, and both again at every save.

samples or database ─→ Population ─→ Register ─┐
themes, pages ─→ Materials ────────────────────┴─→ Showing ─→ answer ─→ Server ─→ browser
saved files ──────┐
committed rows ───┴─→ Reloading ─→ Stage ─→ Change ─→ Events ─→ browser
"""
