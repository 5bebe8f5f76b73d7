"""The logins of the demo, for the seed that makes them and the simulator that uses one."""

from __future__ import annotations

LOGIN = PASSWORD = "demo"  # noqa: S105 - meant to be known; the server runs a demo on loopback only
"""Sees everything."""

LIMITED_LOGIN = "uba"
"""Sees one city. The password is the same."""
