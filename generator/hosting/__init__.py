"""Configurations of web servers and hosts, made from the settings of a site: text, and no I/O.

settings ─→ facts ─→ nginx · caddy · apache · cloudflare · netlify · s3 ─→ text
                       └── headers: model/headers.py, as in `_headers`
                       └── redirects: the lists that every build writes
"""
