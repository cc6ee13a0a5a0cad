"""How many events a second the beacon acknowledges, beside the endpoint that one would write first.

browsers.txt, slugs ─→ wrk (event.lua), steady ─→ beacon, naive ─→ PostgreSQL
                              └→ results/beacon.json ─→ docs/performance.md
"""
