"""The outside world for development and demonstration, in one process.

Plays, over the same protocols as in production, what the portal does not own: the national identity provider with
its telephone, the staff identity provider, two SMS gateways with receipts, a mail server, and the demo clock.
It imports nothing of the portal and reads none of its settings module; it refuses to start in production.

Not for anything real: its people are invented, its keys lie in the demo data folder, and it tells lies on request.
"""
