"""`farol user`: who may sign in, and what they may see and do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from farol.commands.asking import City, Company, FromStdin, May, Unit, password, permissions, reach

app = typer.Typer(help="Who may sign in, and what they may see and do.", no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="What the user signs in as.")]


@app.command("create")
def create(
    login: Login,
    name: Annotated[str, typer.Option(help="The user's name, as others read it.", show_default="the login")] = "",
    admin: Annotated[bool, typer.Option("--admin", help="May see and do everything.")] = False,
    locale: Annotated[str, typer.Option(help="pt-BR or en.")] = "pt-BR",
    password_stdin: FromStdin = False,
) -> None:
    """Make a user. Without --admin give a role afterwards: farol user grant."""
    from backend.auth import users
    from backend.services import Services
    from farol.commands.services import run

    secret = password(from_stdin=password_stdin)

    async def work(services: Services) -> None:
        async with services.unit_of_work() as uow:
            user = await users.create(uow, login=login, name=name, password=secret, locale=locale)
            if admin:
                await users.give_role(uow, user, users.ADMINISTRATOR)

    run(work)
    typer.echo(f"{login} may sign in" + ("." if admin else ", and sees nothing yet: farol user grant."))


@app.command("list")
def list_users() -> None:
    """Show everybody, with their roles and where those hold."""
    from rich.console import Console
    from rich.table import Table
    from sqlalchemy import select

    from backend.services import Services
    from db.models import AppUser, Role, UserGrant
    from db.session import reading
    from farol.commands.services import run

    async def work(services: Services) -> list[tuple[str, str, str, str]]:
        async with reading(services.engine) as db:
            everybody = (await db.scalars(select(AppUser).order_by(AppUser.login))).all()
            given = (
                await db.execute(
                    select(UserGrant, Role.name).join(Role, Role.id == UserGrant.role_id).order_by(Role.name)
                )
            ).all()
        roles: dict[int, list[str]] = {}
        for grant, role in given:
            axes = (("company", grant.company_id), ("unit", grant.business_unit_id), ("city", grant.city_id))
            place = ", ".join(f"{axis} {number}" for axis, number in axes if number)
            roles.setdefault(grant.user_id, []).append(f"{role} ({place or 'everywhere'})")
        return [
            (user.login, user.name, "yes" if user.active else "no", "; ".join(roles.get(user.id, ["-"])))
            for user in everybody
        ]

    table = Table("login", "name", "active", "roles")
    for row in run(work):
        table.add_row(*row)
    Console().print(table)


@app.command("grant")
def grant(
    login: Login,
    role: Annotated[str, typer.Argument(help="A role; a new one needs --may.")],
    may: May = [],  # noqa: B006 - typer reads the default and never changes it
    company: Company = 0,
    unit: Unit = 0,
    city: City = 0,
) -> None:
    """Give a role, everywhere or in one company, business unit or city."""
    from backend.auth import users

    asked = permissions(may)
    where = reach(company, unit, city)
    _change(login, lambda uow, user: users.give_role(uow, user, role, may=asked, reach=where))
    typer.echo(f"{login} has the role {role}.")


@app.command("withdraw")
def withdraw(login: Login, role: Annotated[str, typer.Argument(help="The role to take away.")]) -> None:
    """Take a role away, wherever it was given."""
    from backend.auth import users

    _change(login, lambda uow, user: users.take_role(uow, user, role))
    typer.echo(f"{login} no longer has the role {role}.")


@app.command("password")
def change_password(login: Login, password_stdin: FromStdin = False) -> None:
    """Give a new password. Ends every login of the user."""
    from backend.auth import users

    secret = password(from_stdin=password_stdin)
    _change(login, lambda uow, user: users.set_password(uow, user, secret))
    typer.echo(f"{login} has a new password.")


@app.command("disable")
def disable(login: Login) -> None:
    """Shut a user out at once: logins, tokens and live screens."""
    from backend.auth import users

    _change(login, lambda uow, user: users.set_active(uow, user, active=False))
    typer.echo(f"{login} is shut out.")


@app.command("enable")
def enable(login: Login) -> None:
    """Let a user in again."""
    from backend.auth import users

    _change(login, lambda uow, user: users.set_active(uow, user, active=True))
    typer.echo(f"{login} may sign in again.")


def _change(login: str, action: Callable[..., Awaitable[None]]) -> None:
    """Runs `action(uow, user)` in a unit of work, then tells the serving processes."""
    from backend.auth import users
    from backend.services import Services
    from farol.commands.services import rights_changed, run

    async def work(services: Services) -> None:
        async with services.unit_of_work() as uow:
            user = await users.find(uow.session, login)
            await action(uow, user)
        await rights_changed(services, user.id)

    run(work)
