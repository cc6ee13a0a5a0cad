"""What judges the pages of every theme, and the pages it judges.

showroom ─→ test_html (the Nu HTML checker), test_weight
         ─→ host ─→ lighthouse           ─→ test_lighthouse, `make quality` ─→ docs/quality.json

The tests that need a page on a screen are in tests/browser.
"""
