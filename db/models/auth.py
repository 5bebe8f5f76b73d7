"""Who may do what: users, roles, grants, logins and tokens. Secrets are kept as digests only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, func, text, true
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Dated, Numbered, related, unit_of_company


class AppUser(Numbered, Dated, Base):
    __tablename__ = "app_user"
    __table_args__ = (Index("uq_app_user_login", func.lower(text("login")), unique=True),)

    login: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(server_default=true())
    locale: Mapped[str] = mapped_column(server_default="pt-BR")

    grants: Mapped[list[UserGrant]] = related()


class Role(Numbered, Dated, Base):
    __tablename__ = "role"
    __table_args__ = (UniqueConstraint("name"),)

    name: Mapped[str]

    permissions: Mapped[list[RolePermission]] = related()


class RolePermission(Dated, Base):
    """`*` as module or action means every one."""

    __tablename__ = "role_permission"

    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"), primary_key=True)
    module: Mapped[str] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(primary_key=True)


class Reached:
    """Where a grant holds. NULL on an axis means all of it; a business unit needs its company."""

    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"))
    business_unit_id: Mapped[int | None]
    city_id: Mapped[int | None] = mapped_column(ForeignKey("city.id"))


def sha256() -> CheckConstraint:
    """`token_hash` is the 32 bytes of a SHA-256: a secret written there by mistake does not fit."""
    return CheckConstraint("octet_length(token_hash) = 32", name="token_hash")


def unit_needs_company() -> CheckConstraint:
    return CheckConstraint("business_unit_id IS NULL OR company_id IS NOT NULL", name="unit_needs_company")


class UserGrant(Numbered, Dated, Reached, Base):
    __tablename__ = "user_grant"
    __table_args__ = (
        unit_of_company(),
        unit_needs_company(),
        UniqueConstraint(
            "user_id", "role_id", "company_id", "business_unit_id", "city_id",
            name="uq_user_grant_user_id_role_id_place", postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip

    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"))


class UserSession(Numbered, Dated, Base):
    """A login. The CSRF token is derived from the cookie's secret, so only a digest of that is kept."""

    __tablename__ = "user_session"
    __table_args__ = (UniqueConstraint("token_hash"), sha256(), Index(None, "user_id"))

    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user_agent: Mapped[str] = mapped_column(server_default="")
    address: Mapped[str] = mapped_column(server_default="")


class Token(Numbered, Dated, Base):
    """A bearer token of a user. It never reaches further than its owner does at the moment it is used."""

    __tablename__ = "token"
    __table_args__ = (UniqueConstraint("token_hash"), sha256(), Index(None, "user_id"))

    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    name: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    grants: Mapped[list[TokenGrant]] = related()


class TokenGrant(Numbered, Dated, Reached, Base):
    __tablename__ = "token_grant"
    __table_args__ = (unit_of_company(), unit_needs_company(), Index(None, "token_id"))

    token_id: Mapped[int] = mapped_column(ForeignKey("token.id"))
    module: Mapped[str]
    action: Mapped[str]


class LoginFailure(Numbered, Base):
    """Counted to slow down guessing; old rows may be deleted."""

    __tablename__ = "login_failure"
    __table_args__ = (Index(None, "login", "at"), Index(None, "address", "at"))

    login: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
