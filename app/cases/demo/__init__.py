"""Demo people, staff and cases, made by the real operations at moments of the past: `flask demo load [--cases N]`.

Not for tests (tests/support/world.py), and never in production: the command refuses to run there.
"""
