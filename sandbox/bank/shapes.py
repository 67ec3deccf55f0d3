"""How the bank writes invoices, payments and events: the field names of moyasar."""

import json
import sqlite3
from typing import Any

from sandbox.world import World


def invoice(world: World, row: sqlite3.Row, payments: list[sqlite3.Row]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "status": row["status"],
        "amount": row["amount"],
        "currency": row["currency"],
        "description": row["description"],
        "url": f"{world.options.url}/bank/pay/{row['id']}",
        "callback_url": row["callback_url"],
        "success_url": row["success_url"],
        "back_url": row["back_url"],
        "expired_at": row["expired_at"] or None,
        "created_at": row["created_at"],
        "metadata": json.loads(row["metadata"]),
        "payments": [payment(each, row) for each in payments],
    }


def payment(row: sqlite3.Row, of: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "status": row["status"],
        "amount": row["amount"],
        "currency": row["currency"],
        "refunded": row["refunded"],
        "invoice_id": row["invoice_id"],
        "description": of["description"],
        "created_at": row["created_at"],
        "metadata": json.loads(of["metadata"]),
        "source": {
            "type": "creditcard",
            "company": row["brand"],
            "number": f"XXXX-XXXX-XXXX-{row['last4']}",
            "message": "APPROVED" if row["status"] != "failed" else "DECLINED",
        },
    }


def event(row: sqlite3.Row, data: dict[str, Any], secret: str) -> dict[str, Any]:
    return {
        "id": row["id"],
        "type": row["kind"],
        "created_at": row["at"],
        "secret_token": secret,
        "account_name": "Sandbox",
        "live": False,
        "data": data,
    }
