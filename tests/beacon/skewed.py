"""`qwikfolio beacon` with a clock that a file sets: so many seconds off.

Run as `python -m tests.beacon.skewed FILE beacon …`.
"""

import sys
import time
from pathlib import Path

_right = time.time


def main() -> None:
    file = Path(sys.argv.pop(1))
    time.time = lambda: _right() + float(file.read_text())
    from generator.cli import main as qwikfolio  # noqa: PLC0415 - it takes the clock that it finds

    qwikfolio()


if __name__ == "__main__":
    main()
