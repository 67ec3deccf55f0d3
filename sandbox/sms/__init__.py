"""Two SMS gateways: what they accept, what they remember, and the receipts they send back.

Not for looking at messages: the telephone (`sandbox.phone`) shows them, this room only keeps them.
"""
