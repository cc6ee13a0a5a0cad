"""Watching: a build whenever something changed, for days.

rows ─→ Feed ─┐
files ─→ Files ─┼─→ Alarm ─→ watch ─→ build.Build
stop ─────────┘
"""

from generator.watch.watch import News, Watcher, watch

__all__ = ["News", "Watcher", "watch"]
