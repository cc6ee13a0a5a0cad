"""`python -m generator.cli` is `qwikfolio`."""

from generator import interrupts
from generator.cli import main

interrupts.end_at_once()
try:
    main()
finally:
    interrupts.end_silently()
