"""What the house refuses, by the fact it states. Translated into a page once, in app/web/errors.py."""


class Refused(Exception):
    """A rule said no. `text_key` names the sentence for the person; `status` is the HTTP answer."""

    text_key = "errors.form.somebody_faster"
    status = 409

    def __init__(self, text_key: str | None = None, **params: object) -> None:
        super().__init__(text_key or type(self).text_key)
        self.text_key = text_key or type(self).text_key
        self.params = params


class NotFound(Refused):
    """There is none, or it is not yours: both look the same."""

    text_key = "pages.not_found.text"
    status = 404


class Invalid(Refused):
    """What was entered cannot be accepted; nothing was lost."""

    text_key = "errors.form.summary"
    status = 422
