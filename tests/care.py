"""Contacts and requests as tests need them, through REST; request kinds are in `tests.world`."""

from __future__ import annotations

from typing import Any

import httpx

from realtime.facts import Department


async def started(api: httpx.AsyncClient, *, subscriber_id: int | None = None, **contact: Any) -> str:
    """The protocol of a new contact, about this subscriber if there is one."""
    answer = await api.post("/contacts", json=contact)
    assert answer.status_code == 201, answer.text
    protocol = str(answer.json()["protocol"])
    if subscriber_id is not None:
        known = await api.post(f"/contacts/{protocol}/subscriber", json={"subscriber_id": subscriber_id})
        assert known.status_code == 200, known.text
    return protocol


async def kind_of(api: httpx.AsyncClient, department: Department) -> int:
    """The kind of request that this department answers in company `north`: finance in 7 days, technical in 10."""
    kinds = (await api.get("/request-kinds")).json()["items"]
    return int(next(kind["id"] for kind in kinds if kind["department"] == department))


async def asked(api: httpx.AsyncClient, subscriber_id: int, department: Department, **contact: Any) -> dict[str, Any]:
    """A new request, in a contact of its own."""
    protocol = await started(api, subscriber_id=subscriber_id, **contact)
    body = {"kind_id": await kind_of(api, department), "description": "Segunda via do boleto."}
    answer = await api.post(f"/contacts/{protocol}/requests", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())
