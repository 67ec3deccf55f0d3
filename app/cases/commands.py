"""Administration from the command line: `flask audit verify`, `flask deadlines run`, `flask profile load`."""

import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.appointments import calendars
from app.cases import clockwork, seals
from app.extensions import transaction
from app.kit import profile as profiles

audit = AppGroup("audit", help="The audit trail.")
deadlines = AppGroup("deadlines", help="Deadlines.")
profile = AppGroup("profile", help="Agencies, offices and lists.")


@audit.command("verify")
def verify() -> None:
    """Check every chain, every seal, and that each sealed case still exists."""
    found = list(seals.verify())
    for fault in found:
        click.echo(fault)
    click.echo(f"{len(found)} faults" if found else "audit trail holds")
    sys.exit(1 if found else 0)


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


def register(app: Flask) -> None:
    for group in (audit, deadlines, profile):
        app.cli.add_command(group)
