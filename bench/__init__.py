"""The benchmark: `make bench`. What the portal spends, as multiples of what Flask alone spends on the same machine.

It starts everything it needs and ends it. Never part of the test suite: times on a shared machine prove nothing there.
"""
