"""What a file must pass before it counts: its type by content, then a check of its own kind, then the virus scanner.

Each check takes bytes and gives back the bytes to keep, or refuses with a named exception. Nothing here stores.
"""
