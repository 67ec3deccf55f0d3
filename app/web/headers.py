"""Security headers on every answer, and a fresh CSP nonce for each page (docs/decisions/headers.md)."""

import secrets

from flask import Flask, Response, g, request


def csp_nonce() -> str:
    """128 bits, new for each response, the same within one."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def policy(form_hosts: str) -> str:
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{csp_nonce()}'; style-src 'self'; img-src 'self' data:; "
        f"object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'{form_hosts}"
    )


def register(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    addresses = (settings.oidc_issuer, settings.staff_oidc_issuer, *settings.payment_page_hosts)
    hosts = "".join(f" {origin}" for origin in sorted(_origins(*addresses)))

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy(hosts))
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(self)"
        if settings.secure_cookies:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if not request.path.startswith("/static/"):
            headers.setdefault("Cache-Control", "no-store")
            response.vary.update(("HX-Request", "HX-Request-Type"))
        return response


def _origins(*addresses: str) -> set[str]:
    from urllib.parse import urlsplit

    return {f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, addresses) if parts.netloc}
