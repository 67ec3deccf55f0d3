"""The web server, for `make run` and for production alike. The address comes from --bind."""

import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 15
keepalive = 5
# What a browser of today sends is far below; more is somebody trying.
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
# The proxy in front says the scheme and the client's address; nobody else is believed (TRUSTED_PROXIES).
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
# Nobody moves the portal below another path: links of pieces that are kept (app/web/drawn_once.py) would lead there.
forwarder_headers = ""
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = os.environ.get("WEB_LOG_LEVEL", "warning")


def on_starting(server: object) -> None:
    """A wrong setting ends the start with one line instead of a traceback for each process."""
    from config import Settings, SettingsError

    try:
        Settings.from_environment()
    except SettingsError as wrong:
        raise SystemExit(f"{wrong}") from None
