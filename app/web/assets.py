"""Hashed, immutable static files: the build writes app/static/dist/manifest.json, `asset()` gives the address."""

import json
import mimetypes
from pathlib import Path

from flask import Flask, Response, abort, request, send_from_directory

from app.identity import access

DIST = Path(__file__).parent.parent / "static" / "dist"
YEAR = 31_536_000


class Assets:
    def __init__(self, folder: Path = DIST) -> None:
        self.folder = folder
        manifest = folder / "manifest.json"
        self.names: dict[str, str] = json.loads(manifest.read_text("utf-8")) if manifest.is_file() else {}

    def address(self, name: str) -> str:
        """/static/<hashed name>; raises KeyError for a file the build does not know."""
        return f"/static/{self.names[name]}"


def _best(assets: Assets, name: str) -> Response:
    """The file, compressed where the build made a smaller copy that the browser takes."""
    for encoding, ending in (("br", ".br"), ("gzip", ".gz")):
        if request.accept_encodings[encoding] and (assets.folder / f"{name}{ending}").is_file():
            response = send_from_directory(
                assets.folder, f"{name}{ending}", mimetype=mimetypes.guess_type(name)[0], max_age=YEAR
            )
            response.headers["Content-Encoding"] = encoding
            response.vary.add("Accept-Encoding")
            return response
    return send_from_directory(assets.folder, name, max_age=YEAR)


def register(app: Flask) -> None:
    assets = Assets()
    app.jinja_env.globals["asset"] = assets.address

    def serve(name: str) -> Response:
        if name not in assets.names.values():
            abort(404)
        response = _best(assets, name)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    app.add_url_rule("/static/<path:name>", "static_asset", access.public(serve))
