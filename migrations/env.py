"""Alembic inside the application: `flask --app app db upgrade`. The account that owns the tables is named by
DATABASE_OWNER_URL, else by DATABASE_URL."""

from alembic import context
from flask import current_app
from sqlalchemy import NullPool, create_engine

from app import database_address

config = context.config


def run() -> None:
    extension = current_app.extensions["migrate"]
    owner = current_app.config["SETTINGS"].database_owner_url
    engine = create_engine(database_address(owner), poolclass=NullPool) if owner else extension.db.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=extension.db.metadata,
            transaction_per_migration=True,
            **extension.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
