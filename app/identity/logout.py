"""Back-channel logout: the provider tells us that somebody has left, behind the browser's back."""

from flask import current_app
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from app.calendars.clock import now
from app.extensions import db
from app.identity import sessions
from app.identity.audit import audit
from app.identity.models import LogoutToken
from app.identity.provider import Provider
from app.identity.refusals import SignInRefused
from app.identity.tokens import check_logout_token, is_addressed


def provider_of(token: object) -> Provider:
    """The provider a logout token claims to be from; its keys then decide. Raises SignInRefused.

    Both doors may lead to one issuer, where citizens and staff are two clients of ours.
    """
    for provider in current_app.extensions["sign_in"].values():
        if provider.issuer and is_addressed(provider, token):
            found: Provider = provider
            return found
    raise SignInRefused("logout_issuer")


def end_by_token(token: object) -> int:
    """End the sessions a logout token names; returns how many. A token counts once. Raises SignInRefused."""
    provider = provider_of(token)
    claims = check_logout_token(provider, token)
    first_time = (
        insert(LogoutToken)
        .values(issuer=provider.issuer, jti=claims["jti"], used_at=now())
        .on_conflict_do_nothing()
        .returning(LogoutToken.jti)
    )
    if db.session.execute(first_time).first() is None:
        raise SignInRefused("logout_replayed")
    ended = sessions.end_at_provider(provider.issuer, claims.get("sub"), claims.get("sid"))
    audit("signout.provider", detail={"provider": provider.kind, "ended": ended})
    return ended


def sweep() -> int:
    """Forget tokens too old to be accepted again."""
    gone = delete(LogoutToken).where(LogoutToken.used_at < now() - sessions.KEPT_AFTER_END)
    return len(db.session.execute(gone.returning(LogoutToken.jti)).all())
