"""The program `qwikfolio`, and `python -m generator`.

A signal is taken care of before the first import that takes time, and until Python has ended.
"""

import os

from generator import interrupts

_STDERR = 2


def main() -> None:
    """Run the command line; it ends with an exit code."""
    interrupts.end_at_once()
    _open_standard_streams()
    try:
        from generator.cli import main as run  # noqa: PLC0415 - it takes time

        run()
    finally:
        interrupts.end_silently()


def _open_standard_streams() -> None:
    """Take the places of standard streams that were closed, lest a database be opened as one."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= _STDERR:
        os.set_inheritable(descriptor, True)  # noqa: FBT003 - positional only
    os.close(descriptor)


if __name__ == "__main__":
    main()
