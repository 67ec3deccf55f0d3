"""What the portal says of itself above every page: a demonstration, an official site, or nothing.

A demonstration never looks like a government site, and only the profile of real agencies may call itself one.
"""

from flask import current_app


def banner() -> str:
    """Key of the sentence; empty where neither is true."""
    if current_app.config["SETTINGS"].demo:
        return "agencies.demo_banner"
    return "agencies.official_banner" if current_app.extensions["profile"].official else ""


def is_demo() -> bool:
    return bool(current_app.config["SETTINGS"].demo)
