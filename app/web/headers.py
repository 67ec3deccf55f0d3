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


ALWAYS = (
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(self)"),
)
ONLY_HTTPS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


def register(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    addresses = (settings.oidc_issuer, settings.staff_oidc_issuer, *settings.payment_page_hosts)
    hosts = "".join(f" {origin}" for origin in sorted(_origins(*addresses)))
    always = (*ALWAYS, ONLY_HTTPS) if settings.secure_cookies else ALWAYS

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers["X-Content-Type-Options"] = "nosniff"  # files bring their own
        for name, value in always:
            headers.add(name, value)
        if "Content-Security-Policy" not in headers:
            headers.add("Content-Security-Policy", policy(hosts))
        if not request.path.startswith("/static/"):
            headers.add("Vary", "HX-Request, HX-Request-Type")
            headers.setdefault("Cache-Control", "no-store")
        return response


def _origins(*addresses: str) -> set[str]:
    from urllib.parse import urlsplit

    return {f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, addresses) if parts.netloc}
