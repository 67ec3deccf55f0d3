"""Faults that can be switched on per component, for demonstrations and for the portal's fault matrix.

One fault per component at a time, for ever or for the next so many times. The kinds are listed here, what they do
stands where they do it.
"""

import time

from flask import Response, request

from sandbox.store import Store

GATEWAY = ("hang", "500", "502", "429", "refuse", "cut", "slow", "accept_then_close", "reject")
PROVIDER = (
    "away", "hang", "slow", "cut", "token_500", "token_redirect", "token_garbage", "token_huge", "token_slow",
    "jwks_500", "userinfo_500", "discovery_issuer", "callback_error", "callback_no_iss", "callback_other_iss",
    "callback_other_state",
)  # fmt: skip
TOKEN = (
    "wrong_aud", "extra_aud", "empty_aud", "wrong_nonce", "no_nonce", "wrong_iss", "expired", "from_future", "stale",
    "bad_signature", "alg_none", "alg_hs256", "alg_rs512", "unknown_key", "no_sub", "wrong_at_hash", "low_acr",
    "no_acr", "old_auth_time", "no_auth_time", "wrong_typ", "no_national_id", "no_name", "other_national_id",
    "userinfo_other_sub", "userinfo_other_national_id",
)  # fmt: skip
CATALOGUE: dict[str, tuple[str, ...]] = {
    "sms": GATEWAY,
    "sms2": GATEWAY,
    "bank": tuple(kind for kind in GATEWAY if kind != "reject"),
    "receipts": ("never", "twice", "reversed", "day_late", "early", "failed", "unknown", "wrong_token"),
    "id": PROVIDER,
    "id_token": TOKEN,
    "staff": PROVIDER,
    "staff_token": TOKEN,
    "mail": ("away", "refuse_sender", "refuse_recipient", "slow"),
}
SLOW = 9.0
HANG = 60.0


class UnknownFault(ValueError):
    """No such component, or it has no such fault."""


class Faults:
    def __init__(self, store: Store) -> None:
        self._store = store

    def switch(self, component: str, kind: str, times: int | None = None) -> None:
        """Switch on `kind` for the next `times` uses (None: until switched off); "none" switches off."""
        if component not in CATALOGUE or kind not in (*CATALOGUE[component], "none"):
            raise UnknownFault(f"{component}: {kind}")
        if kind == "none" or times == 0:
            self._store.run("DELETE FROM fault WHERE component = ?", component)
        else:
            self._store.run("REPLACE INTO fault VALUES (?, ?, ?)", component, kind, times)

    def active(self) -> dict[str, dict[str, object]]:
        rows = self._store.rows("SELECT component, kind, remaining FROM fault")
        return {row["component"]: {"kind": row["kind"], "times": row["remaining"]} for row in rows}

    def peek(self, component: str) -> str | None:
        row = self._store.row("SELECT kind FROM fault WHERE component = ?", component)
        return str(row["kind"]) if row else None

    def take(self, component: str, *kinds: str) -> str | None:
        """The fault to commit now (only if among `kinds`, when given), counted as one use."""
        with self._store.transaction() as connection:
            row = connection.execute("SELECT kind, remaining FROM fault WHERE component = ?", (component,)).fetchone()
            if row is None or (kinds and row["kind"] not in kinds):
                return None
            if row["remaining"] == 1:
                connection.execute("DELETE FROM fault WHERE component = ?", (component,))
            elif row["remaining"] is not None:
                connection.execute("UPDATE fault SET remaining = remaining - 1 WHERE component = ?", (component,))
            return str(row["kind"])


def hang_up() -> Response:
    """Close the connection without an answer, as a dying server does."""
    line = request.environ.get("werkzeug.socket")
    if line is not None:
        line.shutdown(2)
    return Response(status=503)


def hang() -> Response:
    """Keep the caller waiting far beyond any patience, then hang up."""
    time.sleep(HANG)
    return hang_up()


def unavailable(status: int = 503) -> Response:
    """A failing server's answer: not JSON, and with words that must never reach a citizen."""
    answer = Response("<h1>Upstream failure: demo trace 0x7f</h1>", status=status, mimetype="text/html")
    answer.headers["Retry-After"] = "5"
    if status == 503:
        answer.headers["Connection"] = "close"
    return answer
