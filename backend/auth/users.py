"""Users and what they may do, for whoever administers an installation. There is no route: see `farol user`."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update

from backend.auth.secrets import hash_password
from backend.errors import BadInput, Conflict, NotFound
from db.models import AppUser, BusinessUnit, City, Company, Role, RolePermission, UserGrant, UserSession
from db.session import DbSession, ReadSession
from db.uow import UnitOfWork
from realtime.scope import Permission, Reach

ADMINISTRATOR = "administrador"
"""The role that may do everything; made when it is first given."""
SHORTEST_PASSWORD = 8


async def find(db: ReadSession, login: str) -> AppUser:
    """Raises NotFound."""
    user: AppUser | None = await db.scalar(select(AppUser).where(func.lower(AppUser.login) == login.strip().lower()))
    if user is None:
        raise NotFound("user")
    return user


def checked(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(f"A password needs {SHORTEST_PASSWORD} characters or more.")
    return password


async def create(uow: UnitOfWork, *, login: str, name: str, password: str, locale: str = "pt-BR") -> AppUser:
    """A user who may sign in and, before a role is given, see nothing."""
    login = login.strip().lower()
    if not login or len(login) > 100 or any(character.isspace() for character in login):
        raise BadInput("A login is one word of at most 100 characters.")
    if await uow.session.scalar(select(AppUser.id).where(func.lower(AppUser.login) == login)):
        raise Conflict(f"There is a user {login} already.")
    user = AppUser(
        login=login,
        name=name.strip() or login,
        password_hash=hash_password(checked(password)),
        active=True,
        locale=locale,
    )
    uow.session.add(user)
    await uow.session.flush()
    return user


async def give_role(
    uow: UnitOfWork, user: AppUser, role_name: str, *, may: tuple[Permission, ...] = (), reach: Reach | None = None
) -> None:
    """Gives a role within a reach (None: everywhere). A role that does not exist is made of the permissions `may`."""
    reach = reach or Reach()
    if reach.business_unit_id and not reach.company_id:
        raise BadInput("A role for a business unit needs its company.")
    for model, number in ((Company, reach.company_id), (BusinessUnit, reach.business_unit_id), (City, reach.city_id)):
        if number and await uow.session.get(model, number) is None:
            raise BadInput(f"There is no {model.__tablename__.replace('_', ' ')} {number}.")
    role = await uow.session.scalar(select(Role).where(Role.name == role_name))
    if role is None:
        role = await _new_role(uow.session, role_name, may)
    elif may:
        raise Conflict(f"The role {role_name} exists already, with permissions of its own.")
    given = {
        "user_id": user.id,
        "role_id": role.id,
        "company_id": reach.company_id or None,
        "business_unit_id": reach.business_unit_id or None,
        "city_id": reach.city_id or None,
    }
    same = [getattr(UserGrant, column).is_not_distinct_from(value) for column, value in given.items()]
    if await uow.session.scalar(select(UserGrant.id).where(*same)) is None:
        uow.session.add(UserGrant(**given))
        await uow.session.flush()


async def _new_role(db: DbSession, name: str, may: tuple[Permission, ...]) -> Role:
    if name == ADMINISTRATOR:
        may = (Permission("*", "*"),)
    if not may:
        raise BadInput(f"There is no role {name}: say what it may do, such as receivables:read.")
    role = Role(name=name)
    db.add(role)
    await db.flush()
    db.add_all(RolePermission(role_id=role.id, module=each.module, action=each.action) for each in dict.fromkeys(may))
    await db.flush()
    return role


async def take_role(uow: UnitOfWork, user: AppUser, role_name: str) -> None:
    """Takes a role away, wherever it was given. Raises NotFound when the user does not have it."""
    role = select(Role.id).where(Role.name == role_name).scalar_subquery()
    taken = await uow.session.execute(
        delete(UserGrant).where(UserGrant.user_id == user.id, UserGrant.role_id == role).returning(UserGrant.id)
    )
    if not taken.all():
        raise NotFound("role of this user")


async def set_password(uow: UnitOfWork, user: AppUser, password: str) -> None:
    """Ends every login of the user: whoever knew the old password is out."""
    await uow.session.execute(
        update(AppUser).where(AppUser.id == user.id).values(password_hash=hash_password(checked(password)))
    )
    await _end_logins(uow, user)


async def set_active(uow: UnitOfWork, user: AppUser, *, active: bool) -> None:
    """A user who is not active cannot sign in, and tokens of theirs do not work."""
    await uow.session.execute(update(AppUser).where(AppUser.id == user.id).values(active=active))
    if not active:
        await _end_logins(uow, user)


async def _end_logins(uow: UnitOfWork, user: AppUser) -> None:
    await uow.session.execute(
        update(UserSession)
        .where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
        .values(ended_at=uow.now)
    )
