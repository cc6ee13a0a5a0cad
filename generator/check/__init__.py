"""`qwikfolio theme check`: what is wrong with a theme, before anybody's page is made with it.

check ─→ about ───────────────────────────────→ theme.toml
      ─→ static ─→ walk ─→ infer ─→ Piece …   ─→ every page's templates, as they are rendered
                   markup ─→ parts, contact, safety, media
                   wording, style, unread     ─→ words and settings, style sheets, names
      ─→ rendered ─→ looks ─→ validator, browser ─→ everybody's pages, as a visitor gets them
      ─→ Finding … ─→ report, sarif
"""
