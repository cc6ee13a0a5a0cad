"""Whom an event is from, when anybody may write `X-Forwarded-For`."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator.beacon.address import Proxies

PROXY = "10.0.0.1"
STRANGER = "198.51.100.7"
VISITOR = b"203.0.113.9"
ours = Proxies(["10.0.0.0/8", " fd00::/8 ", "192.0.2.1"])

addresses = st.ip_addresses().filter(
    lambda found: (
        not any(
            found in ip_network(network) for network in ("10.0.0.0/8", "fd00::/8", "192.0.2.1/32")
        )
    )
)
headers = st.one_of(
    st.binary(max_size=200),
    st.lists(
        st.one_of(addresses.map(str), st.sampled_from([PROXY, "", "unknown", "[::1", "fd00::1"]))
    ).map(lambda hops: ", ".join(hops).encode()),
)


def test_the_peer_is_the_visitor() -> None:
    assert Proxies([]).visitor(STRANGER, None) == STRANGER
    assert ours.visitor(PROXY, None) == PROXY
    assert ours.visitor(PROXY, b"") == PROXY


def test_a_named_proxy_is_believed() -> None:
    assert ours.visitor(PROXY, VISITOR) == "203.0.113.9"
    assert ours.visitor("192.0.2.1", VISITOR) == "203.0.113.9"
    assert ours.visitor("192.0.2.2", VISITOR) == "192.0.2.2"
    assert ours.visitor("fd00::5", VISITOR) == "203.0.113.9"


@given(headers)
def test_a_stranger_says_nothing_about_itself(header: bytes) -> None:
    assert ours.visitor(STRANGER, header) == STRANGER
    assert Proxies([]).visitor(PROXY, header) == PROXY


@given(headers, addresses)
@example(b"203.0.113.9", ip_address("1.2.3.4"))
def test_what_a_visitor_puts_before_changes_nothing(spoofed: bytes, visitor: object) -> None:
    honest = str(visitor).encode()
    assert ours.visitor(PROXY, spoofed + b", " + honest) == ours.visitor(PROXY, honest)
    behind = honest + b", 10.9.9.9"
    assert ours.visitor(PROXY, spoofed + b"," + behind) == ours.visitor(PROXY, honest)


@given(headers)
def test_the_answer_is_always_one_canonical_address(header: bytes) -> None:
    found = ours.visitor(PROXY, header)
    address = ip_address(found)
    assert str(address) == found
    assert address.version == 4 or int(address) % 2**64 == 0


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1.2.3.4", "1.2.3.4"),
        (" \t1.2.3.4 ", "1.2.3.4"),
        ("1.2.3.4:567", "1.2.3.4"),
        ("[1.2.3.4]:80", "1.2.3.4"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
        ("::FFFF:102:304", "1.2.3.4"),
        ("[::ffff:1.2.3.4]:80", "1.2.3.4"),
        ("2001:DB8:0:0:1::", "2001:db8::"),
        ("[2001:db8::1]:80", "2001:db8::"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("[::1]:80", "::"),
        ("fe80::1%eth0", "fe80::"),
        ("[fe80::1%25eth0]:80", "fe80::"),
    ],
)
def test_an_address_is_known_in_all_its_forms(written: str, meant: str) -> None:
    assert ours.visitor(PROXY, written.encode()) == meant
    assert Proxies([]).visitor(written, None) == meant


def test_a_household_is_one_visitor() -> None:
    one, other = ours.visitor("2001:db8:1:2::a", None), ours.visitor("2001:db8:1:2:f::b", None)
    assert one == other != ours.visitor("2001:db8:1:3::a", None)


@pytest.mark.parametrize(
    "garbage",
    [
        b"", b" ", b"unknown", b"unix:", b"1.2.3", b"256.1.1.1", b"01.2.3.4", b"1.2.3.4\0",
        b"\xff\xfe", b"[::1", b"::1::", b"1.2.3.4.5", b"example.org", b"0x7f000001", b"x" * 8192,
        b" " * 8192 + b"1.2.3.4",
    ],
)  # fmt: skip
def test_at_what_is_no_address_the_last_proxy_is_taken(garbage: bytes) -> None:
    assert ours.visitor(PROXY, garbage) == PROXY
    assert ours.visitor(PROXY, VISITOR + b"," + garbage) == PROXY
    assert ours.visitor(PROXY, VISITOR + b"," + garbage + b", 10.2.2.2") == "10.2.2.2"


def test_where_all_are_proxies_it_is_the_farthest() -> None:
    assert ours.visitor(PROXY, b"10.3.3.3, 10.2.2.2") == "10.3.3.3"


def test_only_the_end_of_a_long_list_is_read() -> None:
    hops = [b"10.0.1.%d" % number for number in range(9)]
    assert ours.visitor(PROXY, b",".join([VISITOR, *hops[:7]])) == "203.0.113.9"
    assert ours.visitor(PROXY, b",".join([VISITOR, *hops[:8]])) == "10.0.1.0"
    assert ours.visitor(PROXY, b",".join([VISITOR, *hops[:9]])) == "10.0.1.1"


@pytest.mark.parametrize("nobody", [None, "", "testclient", "/run/beacon.sock"])
def test_a_peer_without_an_address_is_nobody_and_not_believed(nobody: str | None) -> None:
    assert Proxies(["0.0.0.0/0", "::/0"]).visitor(nobody, VISITOR) == ""


def test_a_network_is_of_one_family() -> None:
    assert Proxies(["::/0"]).visitor(PROXY, VISITOR) == PROXY
    assert Proxies(["0.0.0.0/0"]).visitor("2001:db8::1", VISITOR) == "2001:db8::"
    assert Proxies(["::ffff:10.0.0.0/104"]).visitor(PROXY, VISITOR) == "203.0.113.9"
    assert Proxies(["10.0.0.0/8"]).visitor("::ffff:10.0.0.1", VISITOR) == "203.0.113.9"


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match="localhost"):
        Proxies(["localhost"])
