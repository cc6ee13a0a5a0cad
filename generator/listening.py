"""The socket that a server listens at."""

import errno
import socket

from generator.errors import ConfigError


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Args:
        host: A name or address of this machine.
        port: 0: any that is free.

    Raises:
        ConfigError: The port is taken, or the address can't be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        raise ConfigError(
            f"port {port} is taken" if taken else f"nothing can listen there: {error.strerror}",
            where=f"{host}:{port}",
            fix="end the program that listens there, or name another port with --port"
            if taken
            else "name an address of this machine with --host",
        ) from error


def address(host: str, listening: socket.socket) -> str:
    """The URL of a server, for a browser on this machine."""
    port = listening.getsockname()[1]
    anywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
    name = anywhere.get(host, host)
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"
