"""`farol token`: bearer tokens for programs and displays."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from farol.commands.asking import City, Company, May, Unit, permissions, reach

if TYPE_CHECKING:
    from backend.auth.identity import Identity
    from backend.services import Services

app = typer.Typer(help="Bearer tokens for programs and displays.", no_args_is_help=True)


@app.command("create")
def create(
    login: Annotated[str, typer.Argument(help="The user it acts for; it never reaches further.")],
    name: Annotated[str, typer.Option(help="What it is for.")] = "farol",
    days: Annotated[int, typer.Option(min=1, max=400, help="How long it works.")] = 90,
    may: May = [],  # noqa: B006 - typer reads the default and never changes it
    company: Company = 0,
    unit: Unit = 0,
    city: City = 0,
) -> None:
    """Print a new token, once. Without --may it may do what its owner may."""
    from backend.auth import tokens
    from backend.auth.identity import Grant
    from backend.auth.schemas import NewToken, TokenGrant
    from farol.commands.services import run

    asked = permissions(may)
    where = reach(company, unit, city)

    async def work(services: Services) -> str:
        identity = await _owner(services, login)
        wanted = [Grant(each.module, each.action, where) for each in asked] or identity.grants
        grants = tuple(
            TokenGrant(
                each.module,
                each.action,
                company_id=each.reach.company_id or None,
                business_unit_id=each.reach.business_unit_id or None,
                city_id=each.reach.city_id or None,
            )
            for each in wanted
        )
        expires = services.clock() + timedelta(days=days)
        async with services.unit_of_work() as uow:
            issued = await tokens.issue(uow, services, identity, NewToken(name, grants, expires))
        return issued.token

    typer.echo(run(work))
    typer.echo(f"It works for {days} days and is shown only now.", err=True)


@app.command("list")
def list_tokens(login: Annotated[str, typer.Argument(help="Whose.")]) -> None:
    """Show a user's tokens, the newest first."""
    from rich.console import Console
    from rich.table import Table

    from backend.auth import tokens
    from backend.auth.schemas import TokenPage
    from db.session import reading
    from farol.commands.services import run

    async def work(services: Services) -> TokenPage:
        identity = await _owner(services, login)
        async with reading(services.engine) as db:
            return await tokens.mine(db, identity)

    table = Table("id", "name", "made", "until", "revoked")
    for token in run(work).items:
        made, until, revoked = (
            moment.date().isoformat() if moment else "-"
            for moment in (token.created_at, token.expires_at, token.revoked_at)
        )
        table.add_row(str(token.id), token.name, made, until, revoked)
    Console().print(table)


@app.command("revoke")
def revoke(
    login: Annotated[str, typer.Argument(help="Whose.")],
    number: Annotated[int, typer.Argument(help="The id that `farol token list` shows.")],
) -> None:
    """End a token at once, with the live screens that use it."""
    from backend.auth import tokens
    from farol.commands.services import run

    async def work(services: Services) -> None:
        await tokens.revoke(services, await _owner(services, login), number)

    run(work)
    typer.echo(f"Token {number} is revoked.")


async def _owner(services: Services, login: str) -> Identity:
    """The user as if signed in on this machine: whoever may run this command may read the database anyway."""
    from backend.auth import users
    from backend.auth.authenticate import user_grants
    from backend.auth.identity import Identity
    from db.session import reading

    async with reading(services.engine) as db:
        user = await users.find(db, login)
        return Identity(
            key="command",
            user_id=user.id,
            login=user.login,
            name=user.name,
            locale=user.locale,
            expires_at=services.clock() + timedelta(minutes=1),
            grants=await user_grants(db, user.id),
        )
