"""Builds app/static/dist: hashed names, subset fonts, compressed copies and manifest.json {logical name: hashed name}.

Sources are app/static (css, js, icons) and node_modules (htmx, fonts, by the lock file). Nothing is done when neither
has changed. The web room reads the manifest and serves what stands in it as immutable.
"""

import gzip
import hashlib
import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from html import escape
from pathlib import Path

import brotli
from fontTools import subset
from fontTools.ttLib import TTFont

from ground import GroundError

ROOT = Path(__file__).parents[1]
STATIC = ROOT / "app" / "static"
MODULES = ROOT / "node_modules"
DIST = STATIC / "dist"
FONTS = MODULES / "@fontsource" / "ibm-plex-sans-arabic" / "files"
FONT = "ibm-plex-sans-arabic-{script}-{weight}-normal.woff2"
WEIGHTS = ("400", "600")
WORDS = ROOT / "app" / "texts" / "proxy.toml"
COMPRESSED = (".css", ".js", ".svg")
SOURCES = (*COMPRESSED, ".png", ".ico")
FEATURES = [
    "init",
    "medi",
    "fina",
    "isol",
    "rlig",
    "liga",
    "calt",
    "mark",
    "mkmk",
    "kern",
    "ccmp",
    "locl",
    "curs",
    "rclt",
]
COPYRIGHT_AND_LICENCE = [0, 5, 13, 14]
# Letters that Arabic and English pages of the portal use, with the Persian and Urdu letters of names; both digit sets.
LETTERS = {
    "arabic": "060C 061B 061F 0621-063A 0640-0652 0660-066D 0670-0671 067E 0686 0698 06A4 06A9 06AF 06C1 06CC 06F0-06F9"
    " 200C-200F",
    "latin": "0020-007E 00A0 00A9 00AB 00B0 00B7 00BB 00D7 00E9 2013 2014 2018 2019 201C 201D 2022 2026 2212",
}
MAINTENANCE = """<!DOCTYPE html>
<html lang="ar" dir="rtl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1.125rem/1.8 Tahoma, Arial, sans-serif; max-inline-size: 36rem; margin: 4rem auto; padding: 0 1.5rem }}
h1 {{ font-size: 1.75rem; color: #0a5b51 }}
section + section {{ margin-block-start: 2rem; border-block-start: 1px solid #cbd6d4 }}
</style>
</head>
<body><main>
{sections}
</main></body>
</html>
"""


def build(dist: Path = DIST) -> bool:
    """Bring `dist` up to date; False when nothing had to be done. Raises GroundError when node_modules is missing."""
    if not FONTS.is_dir():
        raise GroundError("node_modules is missing: run `make setup`")
    stamp = _stamp()
    mark = dist / ".stamp"
    if mark.is_file() and mark.read_text("ascii") == stamp:
        return False
    fresh = dist.with_name("dist.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    names = _write_all(fresh)
    (fresh / "maintenance.html").write_text(maintenance_page(), "utf-8")
    (fresh / "manifest.json").write_text(json.dumps(names, indent=1, sort_keys=True) + "\n", "utf-8")
    (fresh / ".stamp").write_text(stamp, "ascii")
    shutil.rmtree(dist, ignore_errors=True)
    fresh.rename(dist)
    return True


def _stamp() -> str:
    digest = hashlib.sha256()
    for path in (Path(__file__), ROOT / "package-lock.json", WORDS, *_sources()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for folder in (STATIC, STATIC / "css", STATIC / "js"):
        yield from (path for path in sorted(folder.glob("*")) if path.suffix in SOURCES)


def maintenance_page() -> str:
    """What the proxy shows while the portal is away: one file that needs nothing else, in both languages."""
    words = tomllib.loads(WORDS.read_text("utf-8"))["away"]
    parts = [
        f'<section lang="{language}" dir="{direction}"><h1>{escape(words["title"][language])}</h1>'
        f"<p>{escape(words['text'][language])}</p></section>"
        for language, direction in (("ar", "rtl"), ("en", "ltr"))
    ]
    return MAINTENANCE.format(title=escape(words["title"]["ar"]), sections="\n".join(parts))


def _write_all(folder: Path) -> dict[str, str]:
    """Fonts first, since style sheets name them by their hashed names."""
    names: dict[str, str] = {}
    for script in LETTERS:
        for weight in WEIGHTS:
            name = FONT.format(script=script, weight=weight)
            names[f"fonts/{name}"] = _write(folder, f"fonts/{name}", font(FONTS / name, script, folder))
    names["htmx.js"] = _write(folder, "htmx.js", (MODULES / "htmx.org" / "dist" / "htmx.min.js").read_bytes())
    for path in _sources():
        content = path.read_bytes()
        if path.suffix == ".css":
            content = sheet(content.decode("utf-8"), names).encode()
        names[path.name] = _write(folder, path.name, content)
    return names


def _write(folder: Path, name: str, content: bytes) -> str:
    """Write under a name that changes with the content, and compressed copies of text beside it."""
    plain = Path(name)
    hashed = str(plain.with_name(f"{plain.stem}.{hashlib.sha256(content).hexdigest()[:12]}{plain.suffix}"))
    target = folder / hashed
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(content)
    if plain.suffix in COMPRESSED:
        target.with_name(target.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))
        target.with_name(target.name + ".br").write_bytes(brotli.compress(content))
    return hashed


def sheet(text: str, names: dict[str, str]) -> str:
    """A style sheet without comments, its /static/ addresses replaced by the hashed ones.

    Raises GroundError for an address that the build does not make.
    """

    def address(found: re.Match[str]) -> str:
        if found.group(1) not in names:
            raise GroundError(f"a style sheet names /static/{found.group(1)}, which the build does not make")
        return f"/static/{names[found.group(1)]}"

    lean = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    lean = re.sub(r"\n\s*", "\n", lean).strip() + "\n"
    return re.sub(r"/static/([\w./-]+)", address, lean)


def font(source: Path, script: str, folder: Path) -> bytes:
    """The woff2 font `source` cut down to the letters of `script`, shaping kept, hints dropped."""
    options = subset.Options()
    options.flavor, options.hinting, options.layout_features = "woff2", False, FEATURES
    options.name_IDs, options.notdef_outline = COPYRIGHT_AND_LICENCE, True
    with TTFont(source, recalcTimestamp=False) as plex:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=letters(script))
        cutter.subset(plex)
        plex.flavor = "woff2"
        target = folder / "subset.woff2"
        plex.save(target)
    content = target.read_bytes()
    target.unlink()
    return content


def letters(script: str) -> list[int]:
    """Code points of `script`."""
    points: list[int] = []
    for part in LETTERS[script].split():
        first, _, last = part.partition("-")
        points += range(int(first, 16), int(last or first, 16) + 1)
    return points


if __name__ == "__main__":
    build()
