"""Which NAS a datagram comes from. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import msgspec

from realtime.scope import Place

MOST_REMEMBERED = 50_000
"""Sources whose NAS is remembered, strangers too: a flood from forged addresses must not fill the memory."""


class Client(msgspec.Struct, frozen=True):
    """A NAS as a packet needs it. `place` is where its sessions are when their login is not known."""

    id: int
    network: IPv4Network | IPv6Network
    secret: bytes
    place: Place


class Clients:
    """Finds by source, the longest prefix first."""

    def __init__(self, clients: Iterable[Client] = ()) -> None:
        self._by_length: dict[tuple[int, int], dict[int, Client]] = {}
        for client in clients:
            network = client.network
            same = self._by_length.setdefault((network.version, network.prefixlen), {})
            same[int(network.network_address)] = client
        self._lengths = sorted(self._by_length, key=lambda length: -length[1])
        self._remembered: dict[str, Client | None] = {}

    def find(self, host: str) -> Client | None:
        """`host` as a socket says it: an IPv4 client of an IPv6 socket has the prefix `::ffff:`."""
        try:
            return self._remembered[host]
        except KeyError:
            pass
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        found = self._remembered[host] = self._search(ip_address(host.partition("%")[0]))
        return found

    def _search(self, address: IPv4Address | IPv6Address) -> Client | None:
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        number = int(address)
        for version, length in self._lengths:
            if version == address.version:
                shift = address.max_prefixlen - length
                found = self._by_length[version, length].get(number >> shift << shift)
                if found is not None:
                    return found
        return None
