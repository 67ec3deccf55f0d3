"""States of a pass and kinds of entries, as the tables write them."""

ISSUED = "issued"
SUPERSEDED = "superseded"
CANCELLED = "cancelled"
USED = "used"

LET_IN = "let_in"
TURNED_AWAY = "turned_away"

# Why a guard turns somebody away; the sentences stand in app/texts/gate.toml under `reasons`.
REASONS = (
    "pass_not_good",
    "other_day",
    "other_gate",
    "not_listed",
    "identity_differs",
    "no_identity",
    "undeclared_item",
    "security",
)
