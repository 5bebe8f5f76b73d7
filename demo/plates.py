"""What subscribers are found by beside their names: identity cards, condominiums, poles, equipment. Pure.

Derived from the subscriber's number and not drawn, so that everything else of the demo stays as it was.
"""

from __future__ import annotations

from demo.people import Subscriber

CONDOMINIUMS = ("Ipê", "Aurora", "Sabiá", "Serra Azul", "Jacarandá", "Lagoa", "Mirante", "Bosque")
MODELS = ("ONU F1", "ONU F2", "ONU W6")


def rg(person: Subscriber) -> str | None:
    """`MG99` and six digits: no identity card of Minas Gerais has such a number."""
    return f"MG99{person.id:06d}" if person.kind == "person" else None


def condominium(person: Subscriber) -> str | None:
    """For who lives in a flat."""
    flat = person.address.complement
    return f"Residencial {CONDOMINIUMS[person.id % len(CONDOMINIUMS)]}" if flat is not None else None


def pole(person: Subscriber) -> str:
    """Some four houses hang on one."""
    return f"P{person.city.id}{person.id // 4 * 7 % 10_000:04d}"


def equipment(people: list[Subscriber]) -> list[tuple[object, ...]]:
    """One optical terminal for everybody who was ever installed."""
    return [
        (
            person.unit.company_id,
            person.id,
            person.id,
            "onu",
            MODELS[person.id % len(MODELS)],
            f"FRLD{person.id * 2_654_435_761 % 2**32:08X}",
            f"T{person.id:06d}",
        )
        for person in people
        if person.status != "prospect"
    ]
