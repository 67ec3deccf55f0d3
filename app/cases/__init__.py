"""One request of one person, and every rule about it. Not for pages (app.web) and not for outside calls (app.notify)."""
