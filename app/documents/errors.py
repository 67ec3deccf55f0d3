"""Why a file was not taken, and why a stored one cannot be given."""

from app.kit.errors import Invalid, NotFound, Refused


class FileRefused(Invalid):
    """The file breaks a rule of its field; the text says what to do next."""

    text_key = "errors.file.wrong"


class WrongFile(FileRefused):
    """Not a type that the field takes, or its name and its content disagree."""


class EmptyFile(FileRefused):
    text_key = "errors.file.empty"


class TooBig(FileRefused):
    text_key = "errors.file.too_big"
    status = 413


class TooManyFiles(FileRefused):
    text_key = "errors.files.too_many"


class LockedFile(FileRefused):
    """A PDF that is encrypted, with or without a password to open it."""

    text_key = "errors.file.locked"


class UnsafeFile(FileRefused):
    """Made to harm (a bomb, a virus), or so damaged that it cannot be told apart."""

    text_key = "errors.file.unsafe"


class TooManyPixels(FileRefused):
    text_key = "documents.errors.pixels"


class TooManyPages(FileRefused):
    text_key = "documents.errors.pages"


class QuotaFull(FileRefused):
    text_key = "documents.errors.quota"


class StorageAway(Refused):
    """The storage is full, read-only or out of reach: nothing was stored, and trying again is safe."""

    text_key = "documents.errors.storage"
    status = 503


class FileNotReady(NotFound):
    """The file is there but its check has not ended, or it has been removed by rule."""

    text_key = "documents.errors.not_ready"
