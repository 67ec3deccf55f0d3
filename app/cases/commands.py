"""Administration from the command line: `flask audit`, `flask deadlines`, `flask profile`, `flask demo`."""

import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.appointments import calendars
from app.cases import clockwork, resealing, seals, trail
from app.cases.demo import bulk
from app.cases.demo import load as demo_cases
from app.extensions import transaction
from app.kit import profile as profiles
from app.vault import vault

audit = AppGroup("audit", help="The audit trail.")
keys = AppGroup("keys", help="Keys that seal personal data.")
deadlines = AppGroup("deadlines", help="Deadlines.")
profile = AppGroup("profile", help="Agencies, offices and lists.")
demo = AppGroup("demo", help="Demo people and cases; never in production.")


@audit.command("verify")
@click.option("--newest", help="NUMBER:HASH of a seal that was noted outside the database (`flask audit newest`).")
def verify(newest: str | None) -> None:
    """Check every chain, every seal, and that each sealed case still exists."""
    count = 0
    for count, fault in enumerate(trail.verify(newest), 1):  # noqa: B007 counted while it streams
        click.echo(fault)
    if erased := trail.erased():
        click.echo(f"{erased} steps: words erased by rule")
    click.echo(f"{count} faults" if count else "audit trail holds")
    sys.exit(1 if count else 0)


@audit.command("newest")
def newest() -> None:
    """The newest seal, to be noted outside the database."""
    click.echo(trail.newest_seal() or "no seal yet")


@audit.command("seal")
def seal() -> None:
    """Seal what is new."""
    with transaction():
        made = seals.seal()
    click.echo(f"seal {made.id} {made.hash}" if made else "nothing new")


@deadlines.command("run")
def run() -> None:
    """Act on everything that is due."""
    click.echo(f"{clockwork.run_due()} acted on")


@profile.command("load")
@click.argument("path", type=click.Path(exists=True, path_type=Path), required=False)
def load(path: Path | None) -> None:
    """Bring calendars in line with a profile; twice changes nothing."""
    chosen = profiles.load(path) if path else current_app.extensions["profile"]
    with transaction():
        calendars.load(chosen)
        made = calendars.generate(chosen)
    click.echo(f"profile loaded, {made} slots opened")


@demo.command("load")
@click.option("--cases", "many", type=click.IntRange(min=0), default=0, help="so many synthetic cases beside them")
def load_demo(many: int) -> None:
    """Make the demo people, staff and cases; again it changes nothing but adds what --cases asks for."""
    if current_app.config["SETTINGS"].production:
        raise click.ClickException("the demo is not for production")
    click.echo(f"{demo_cases.load()} demo cases told")
    if many:
        click.echo(f"{bulk.load(many)} synthetic cases made")


@keys.command("rotate")
@click.option("--settle", default=resealing.SETTLE_SECONDS, help="Seconds to wait for open transactions.")
def rotate(settle: float) -> None:
    """Make a new data key and seal everything anew with it; the old ones may go when this has ended.

    With several machines give all of them the new file before the first seals with it (docs/operations.md).
    """
    click.echo(f"new key {vault.add_key()}")
    click.echo(f"{resealing.reseal(settle_seconds=settle)} values sealed anew")


def register(app: Flask) -> None:
    for group in (audit, deadlines, keys, profile, demo):
        app.cli.add_command(group)
