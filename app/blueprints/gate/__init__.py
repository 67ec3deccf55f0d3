"""The gate on a guard's telephone: who is expected today, a pass by its QR address, ticks, a list to print, shifts.

The address of a pass is public on purpose: whoever scans one without being a guard of its agency reads only whether it
is good today. What a tick means for the case is the case's own business (step `attended`).
"""

from app.blueprints.gate import shift_routes
from app.blueprints.gate.routes import blueprint

__all__ = ["blueprint", "shift_routes"]
