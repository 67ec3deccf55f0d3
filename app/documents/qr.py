"""QR codes of addresses, as pictures for papers and pages."""

import segno

DARK, LIGHT = "#06352f", "#ffffff"


def qr_picture(address: str) -> str:
    """A data URI (SVG) with the quiet zone that scanners need; level M survives a folded paper."""
    return str(_code(address).svg_data_uri(scale=4, border=4, dark=DARK, light=LIGHT))


def qr_dots(address: str) -> str:
    """The same as PNG, for the renderer: a drawing of so many lines costs it as much as a third of a page."""
    return str(_code(address).png_data_uri(scale=12, border=4, dark=DARK, light=LIGHT))


def _code(address: str) -> segno.QRCode:
    return segno.make(address, error="m", micro=False)
