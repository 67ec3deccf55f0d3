"""What a process tells those who run it: lines on standard error, and faults to a Sentry when one is set.

Neither holds what people typed. Lines name endpoints and references, never paths, queries or forms; to a Sentry, which
may stand outside the house, go the kind of a fault, its stack and the line that was logged, and nothing else.
"""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from config import Settings

TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"
LOGGERS = ("", "gunicorn.error")
# Of an event; all else that an integration or a later version might add is dropped.
TOLD = ("event_id", "timestamp", "platform", "environment", "level", "logger", "logentry", "exception", "sdk")


# How the database quotes a row or a value after its own sentence.
QUOTED = re.compile(r"^(DETAIL|CONTEXT|LINE \d+|QUERY):.*(\n(?![A-Z[]|  File ).*)*", re.MULTILINE)


class Lines(logging.Formatter):
    """A line of text, and the traceback of a fault without what the database quotes from a row."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        return QUOTED.sub(r"\1: left out", super().formatException(ei))


class JsonLines(Lines):
    """One object a line: at, level, logger, message, and the traceback of a fault."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname, "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["fault"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure(settings: Settings) -> None:
    """Once a process, from `create_app`."""
    logging.basicConfig(level=logging.INFO, format=TEXT)
    for name in LOGGERS:
        for handler in logging.getLogger(name).handlers:
            if settings.log_format == "json":
                handler.setFormatter(JsonLines())
            elif name == "":
                handler.setFormatter(Lines(TEXT))
    if settings.sentry_dsn:
        report_faults(settings)


def report_faults(settings: Settings, **more: Any) -> None:
    """Every logged fault goes to the Sentry. No integration reads requests, queries or jobs."""
    import sentry_sdk  # only here: most installations have none
    from sentry_sdk.integrations.logging import LoggingIntegration

    sentry_sdk.init(
        dsn=settings.sentry_dsn,
        environment=settings.portal_env,
        default_integrations=False,
        integrations=[LoggingIntegration(level=None, event_level=logging.ERROR)],
        before_send=without_people,
        include_local_variables=False,
        include_source_context=False,
        **more,
    )


def without_people(event: Any, hint: Any = None) -> Any:
    """The event without request, user, cookies, crumbs, variables, and without words that a fault quotes from a row."""
    told = {name: event[name] for name in TOLD if name in event}
    for fault in told.get("exception", {}).get("values", ()):
        fault.pop("value", None)
        for frame in (fault.get("stacktrace") or {}).get("frames", ()):
            frame.pop("vars", None)
    return told
