"""Access: the NAS that report sessions, who may log in, and the sessions themselves."""

from __future__ import annotations

from datetime import datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import CIDR, INET
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Dated, Numbered, one_of, unit_of_company

ENDINGS = ("stop", "reload", "lost", "replaced")
"""How a session ended: its Stop came; its NAS said Accounting-On or -Off; it fell silent; its id began again."""


class Nas(Numbered, Dated, Base):
    """A client of RADIUS accounting. `network` is one address (/32 or /128) or all the sources of a group of NAS.

    The source of a packet decides which NAS it is (longest prefix first), so a network exists once in an installation.
    `secret` is sealed by `db.vault`. Sessions last heard of before `reloaded_at` (the NAS' own instant, from
    Accounting-On or -Off) are over for every screen at once; their rows are moved to the history in batches.
    """

    __tablename__ = "nas"
    __table_args__ = (
        unit_of_company(),
        UniqueConstraint("network"),
        Index(None, "company_id", "city_id"),
    )

    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    business_unit_id: Mapped[int | None]
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))
    name: Mapped[str]
    network: Mapped[IPv4Network | IPv6Network] = mapped_column(CIDR)
    vendor: Mapped[str] = mapped_column(server_default="other")
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    enabled: Mapped[bool] = mapped_column(server_default=true())
    reloaded_at: Mapped[datetime | None]


class InternetLogin(Numbered, Dated, Base):
    """What a subscriber's router says it is (RADIUS User-Name), in lower case: the contract a session belongs to."""

    __tablename__ = "internet_login"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract_id", "subscriber_id", "company_id"],
            ["contract.id", "contract.subscriber_id", "contract.company_id"],
        ),
        UniqueConstraint("company_id", "login"),
        Index(None, "contract_id"),
        Index(None, "subscriber_id"),
        Index(None, "login", postgresql_ops={"login": "text_pattern_ops"}),
        CheckConstraint("login = lower(login) AND login <> ''", name="login"),
    )

    company_id: Mapped[int]
    contract_id: Mapped[int]
    subscriber_id: Mapped[int]
    login: Mapped[str]


class _Said:
    """What both tables of sessions hold.

    `key` is a digest of NAS, Acct-Session-Id, User-Name and NAS-Port-Id: with `started_at` it tells sessions apart,
    because a NAS uses ids again after a crash. Instants are those of the NAS when they can be believed. `mac` is the
    Calling-Station-Id as twelve lower hexadecimal digits when it is one, else as it came. Octets are totals, `in` from
    the subscriber and `out` to the subscriber, as RFC 2866 has them: what the counters came to before they last fell,
    and the counters as they came last. `last_at` is the NAS' instant of the newest packet.
    """

    key: Mapped[bytes] = mapped_column(LargeBinary)
    nas_id: Mapped[int]
    company_id: Mapped[int]
    business_unit_id: Mapped[int | None]
    city_id: Mapped[int]
    contract_id: Mapped[int | None]
    subscriber_id: Mapped[int | None]
    product_id: Mapped[int | None]
    session_id: Mapped[str]
    login: Mapped[str]
    port: Mapped[str]
    mac: Mapped[str | None]
    address: Mapped[IPv4Address | IPv6Address | None] = mapped_column(INET)
    delegated_prefix: Mapped[IPv6Network | None] = mapped_column(CIDR)
    started_at: Mapped[datetime]
    last_at: Mapped[datetime]
    in_octets: Mapped[int] = mapped_column(server_default=text("0"))
    out_octets: Mapped[int] = mapped_column(server_default=text("0"))
    in_counter: Mapped[int] = mapped_column(server_default=text("0"))
    out_counter: Mapped[int] = mapped_column(server_default=text("0"))


class Session(_Said, Numbered, Base):
    """An open session: the row goes to the history when it ends.

    Rewritten at each interim: pages keep a third free so that updates stay in place (HOT), and no index stands on what
    an interim changes. No foreign keys: thousands begin in a minute, and the ids were read in the same transaction from
    tables that lose no row. A session is online when it is not `unknown` (silent for longer than its interims explain)
    and `last_at` is not before its NAS' `reloaded_at`.

    `heard_at` is our instant of the newest packet. `interim_s` is the observed interval, None until two packets told
    one.
    """

    __tablename__ = "session"
    __table_args__ = (
        UniqueConstraint("key"),
        Index(None, "nas_id"),
        Index(None, "subscriber_id"),
        Index(None, "login"),
        Index(None, "address"),
        Index(None, "mac"),
        Index(None, "started_at"),
        {"postgresql_with": {"fillfactor": 70}},
    )

    heard_at: Mapped[datetime]
    session_s: Mapped[int | None]
    interim_s: Mapped[float | None]
    unknown: Mapped[bool] = mapped_column(server_default=text("false"))


class SessionHistory(_Said, Base):
    """A session that ended: the connection log that the law asks for (Marco Civil, art. 13).

    Partitioned by month of `ended_at` (UTC), so that "who had this address at this instant" reads the months since
    then. `ended` says how it is known; `cause` is the Acct-Terminate-Cause of its Stop. The id is the one it had while
    it was open.
    """

    __tablename__ = "session_history"
    __table_args__ = (
        one_of("ended", ENDINGS),
        Index(None, "key", "ended_at"),
        Index(None, "login", "ended_at"),
        Index(None, "address", "ended_at"),
        Index(None, "mac", "ended_at"),
        {"postgresql_partition_by": "RANGE (ended_at)"},
    )

    ended_at: Mapped[datetime] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ended: Mapped[str]
    cause: Mapped[int | None]
