"""`flask staff grant`, `revoke`, `disable`, `enable`: roles are given by the portal, never by a claim."""

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.extensions import transaction
from app.identity import locking, scopes, staff
from app.identity.actors import Grant
from app.identity.claims import COUNTRIES
from app.identity.models import identity_key
from app.kit.identifiers import Invalid, identity
from app.kit.roles import Role

group = AppGroup("staff", help="Invite staff and give or take away roles.")
SCOPES = ("agency", "office", "service")
ROLE = click.Choice([role.value for role in Role])


def scope_of(text: str) -> dict[str, str]:
    """`agency=emirate,office=najran` as a dictionary; empty means everywhere."""
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    scope = {name.strip(): value.strip() for name, _, value in pairs}
    if not set(scope) <= set(SCOPES) or not all(scope.values()):
        raise click.BadParameter("use agency=…,office=…,service=…", param_hint="--scope")
    _check_names(scope)
    return scope


def _check_names(scope: dict[str, str]) -> None:
    known = scopes.known()
    for name, value in scope.items():
        if value not in known[name]:
            raise click.BadParameter(f"unknown {name} {value}; known: {', '.join(known[name])}", param_hint="--scope")


def _identity(number: str | None, country: str | None) -> bytes | None:
    if not number:
        return None
    country = country or current_app.config["SETTINGS"].oidc_id_country
    try:
        return identity_key(country, identity(number, country))
    except Invalid:
        raise click.BadParameter("not an identity number", param_hint="--identity") from None


@group.command("grant")
@click.argument("email")
@click.argument("role", type=ROLE)
@click.option("--scope", default="", help="agency=…,office=…,service=…; what is left out means all")
@click.option("--identity", "number", help="identity number: without it production gives no deciding role")
@click.option("--country", type=click.Choice(sorted(COUNTRIES)), help="country of the number; default OIDC_ID_COUNTRY")
def grant(email: str, role: str, scope: str, number: str | None, country: str | None) -> None:
    """Give EMAIL the ROLE; an unknown address is invited and bound at its first verified sign-in."""
    with transaction():
        staff.grant(email, Grant(Role(role), **scope_of(scope)), identity=_identity(number, country))
    click.echo(f"{email}: {role} {scope or 'everywhere'}")


@group.command("revoke")
@click.argument("email")
@click.argument("role", type=ROLE)
@click.option("--scope", default="")
def revoke(email: str, role: str, scope: str) -> None:
    """Take the ROLE in exactly this scope away from EMAIL; it is gone at the next request."""
    with transaction():
        gone = staff.revoke(email, Grant(Role(role), **scope_of(scope)))
    if not gone:
        raise click.ClickException(f"{email} does not hold {role} {scope or 'everywhere'}")
    click.echo(f"{email}: {role} taken away")


@group.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Lock EMAIL out: no sign-in any more, and every open session ends now."""
    try:
        with transaction():
            ended = locking.disable(email)
    except KeyError:
        raise click.ClickException(f"{email} is nobody here") from None
    click.echo(f"{email}: disabled, sessions ended: {ended}")


@group.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Let EMAIL sign in again; the roles are as they were."""
    try:
        with transaction():
            locking.enable(email)
    except KeyError:
        raise click.ClickException(f"{email} is nobody here") from None
    click.echo(f"{email}: enabled")


def register(app: Flask) -> None:
    app.cli.add_command(group)
