"""The electronic signature of certificates (PAdES B-B): made once in the worker, checked for whoever shows a file.

The key is read from its file at each signature, so that a new one needs no restart and no process keeps it in memory.
Not for: the citizen's signature under a form, which is a row (app/cases), and the seals of the audit trail.
"""
