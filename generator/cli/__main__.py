"""`python -m generator.cli` is `qwikfolio`."""

from generator.cli import main

main()
