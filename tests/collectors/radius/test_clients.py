from __future__ import annotations

from ipaddress import ip_network

from collectors.radius import clients
from collectors.radius.clients import Client, Clients
from realtime.scope import Place


def made(*networks: str) -> Clients:
    return Clients(Client(n, ip_network(text), b"s", Place(1, None, 1)) for n, text in enumerate(networks, 1))


def found(known: Clients, host: str) -> int | None:
    client = known.find(host)
    return None if client is None else client.id


def test_the_longest_prefix_wins() -> None:
    known = made("10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "2001:db8::/32", "::1")
    hosts = ("10.9.9.9", "10.1.9.9", "10.1.2.3", "192.0.2.1", "2001:db8::7", "::1", "::2")
    assert [found(known, host) for host in hosts] == [1, 2, 3, None, 4, 5, None]
    assert [found(known, host) for host in hosts] == [1, 2, 3, None, 4, 5, None]


def test_an_ipv4_client_of_an_ipv6_socket_is_the_same_client() -> None:
    known = made("10.1.0.0/16")
    assert found(known, "::ffff:10.1.2.3") == 1
    assert found(known, "::ffff:10.2.2.3") is None


def test_a_zone_is_no_part_of_an_address() -> None:
    assert found(made("fe80::/64"), "fe80::1%eth0") == 1


def test_strangers_do_not_fill_the_memory() -> None:
    known = made("10.0.0.1")
    for number in range(clients.MOST_REMEMBERED + 10):
        known.find(f"172.16.{number >> 8 & 255}.{number & 255}" if number < 65536 else f"172.17.0.{number & 255}")
    assert len(known._remembered) <= clients.MOST_REMEMBERED
    assert found(known, "10.0.0.1") == 1
