"""The theme author's server: what a build would write, a gallery, and both again at every save.

samples or database ─→ Population ─┐
themes, pages ─→ Materials ────────┴─→ Showing ─→ server ─→ browser
saved files ─→ Saves ─→ Stage ─→ Change ─→ server-sent events ─┘
"""
