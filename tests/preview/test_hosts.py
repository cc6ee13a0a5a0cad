"""DNS rebinding: only names that an attacker can't own are answered."""

from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st

from generator.preview.hosts import host_name, is_loopback, is_ours


def is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


@given(st.text(), st.sampled_from(["127.0.0.1", "0.0.0.0", "::1"]))
def test_whatever_is_sent_only_an_address_or_localhost_is_ours(header: str, own: str) -> None:
    name = host_name(header)
    assert is_ours(header, own) == (name == "localhost" or is_address(name))
    assert is_ours(header, own) or not is_loopback(header)


@given(st.from_regex(r"[a-z0-9.-]{1,30}", fullmatch=True), st.integers(0, 65535))
def test_a_port_makes_no_difference(name: str, port: int) -> None:
    assert is_ours(name, "127.0.0.1") == is_ours(f"{name}:{port}", "127.0.0.1")


def test_the_name_that_was_asked_for_is_ours() -> None:
    assert is_ours("studio.local:8000", "studio.local")
    assert is_ours("STUDIO.local", "studio.local")
    assert not is_ours("studio.local.evil.example", "studio.local")
    assert not is_ours("", "")


def test_only_this_machine_is_loopback() -> None:
    assert all(map(is_loopback, ("localhost", "127.0.0.1:1", "127.8.8.8", "[::1]:8000")))
    assert not any(map(is_loopback, ("192.168.1.7", "[fe80::1]", "studio.local", "")))
