"""QR codes of addresses, as pictures for papers and pages."""

import segno


def qr_picture(address: str) -> str:
    """A data URI (SVG) with the quiet zone that scanners need; level M survives a folded paper."""
    return str(
        segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=4, dark="#06352f", light="#ffffff")
    )
