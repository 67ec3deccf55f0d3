"""Hashed, immutable static files: the build writes app/static/dist/manifest.json, `asset()` gives the address."""

import json
from pathlib import Path

from flask import Flask, Response, abort, send_from_directory

DIST = Path(__file__).parent.parent / "static" / "dist"


class Assets:
    def __init__(self, folder: Path = DIST) -> None:
        self.folder = folder
        manifest = folder / "manifest.json"
        self.names: dict[str, str] = json.loads(manifest.read_text("utf-8")) if manifest.is_file() else {}

    def address(self, name: str) -> str:
        """/static/<hashed name>; raises KeyError for a file the build does not know."""
        return f"/static/{self.names[name]}"


def register(app: Flask) -> None:
    assets = Assets()
    app.jinja_env.globals["asset"] = assets.address

    def serve(name: str) -> Response:
        if name not in assets.names.values():
            abort(404)
        response = send_from_directory(assets.folder, name, max_age=31_536_000)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    serve.access = "public"  # type: ignore[attr-defined]
    app.add_url_rule("/static/<path:name>", "static_asset", serve)
