"""The declared services, one folder each. Strangers to one another: each knows only `app.kit`."""
