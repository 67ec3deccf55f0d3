"""Why a sign-in did not happen. The person reads one of three pages; the cause stands in the log and the audit row."""

import uuid


class SignInRefused(Exception):
    """The provider, the person or the rules said no. `cause` is our own word, never the provider's text.

    `subject` is the person whose number somebody else came with.
    """

    page = "refused"

    def __init__(self, cause: str, subject: uuid.UUID | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.subject = subject


class MissingClaims(SignInRefused):
    """The provider vouched for somebody without saying who it is."""

    page = "missing_claims"


class ProviderAway(SignInRefused):
    """The provider does not answer, or answers with what is no answer."""

    page = "away"
