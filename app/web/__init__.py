"""Turns a declaration into pages, and a result into a page or a fragment. Knows Flask; decides nothing about cases."""
