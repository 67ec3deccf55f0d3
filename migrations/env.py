"""Alembic inside the application: `flask --app app db upgrade`. DATABASE_URL names the account that owns the tables."""

from alembic import context
from flask import current_app

config = context.config


def run() -> None:
    extension = current_app.extensions["migrate"]
    engine = extension.db.engine
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=extension.db.metadata, transaction_per_migration=True, **extension.configure_args)
        with context.begin_transaction():
            context.run_migrations()


run()
