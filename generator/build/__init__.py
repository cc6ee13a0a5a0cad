"""The conductor: read → plan → render → publish.

claims ─→ settle ─→ withdraw and relocate
people ─→ fingerprint ─→ read_portfolio ─→ Renderer ─→ Publisher
entries ─→ Renderer ─→ Publisher ─→ clear what is left over
"""

from generator.build.conductor import build
from generator.build.dry_run import Plan, plan
from generator.build.request import Listener, Report, Request

__all__ = ["Listener", "Plan", "Report", "Request", "build", "plan"]
