"""How much of a form is taken in before anything looks at it (app.LIMITS): bytes of text, and fields.

Werkzeug itself bounds forms that come in parts alone; one without files comes in a single line.
"""

import io
from typing import IO, Any

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.wsgi import LimitedStream

IN_ONE_LINE = "application/x-www-form-urlencoded"


class Forms(FormDataParser):
    def parse(self, stream: IO[bytes], mimetype: str, *args: Any, **more: Any) -> Any:
        """Raises RequestEntityTooLarge."""
        return super().parse(self._bounded(stream) if mimetype == IN_ONE_LINE else stream, mimetype, *args, **more)

    def _bounded(self, stream: IO[bytes]) -> IO[bytes]:
        most, fields = self.max_form_memory_size, self.max_form_parts
        assert most is not None
        assert fields is not None
        line = LimitedStream(stream, most + 1, is_max=True).readall()
        if len(line) > most or line.count(b"&") >= fields:
            raise RequestEntityTooLarge
        return io.BytesIO(line)


class PortalRequest(Request):
    form_data_parser_class = Forms
