"""Which type a file is, decided by its first bytes; the name must agree and what the browser says is not asked."""

from dataclasses import dataclass

from app.documents.errors import WrongFile
from app.documents.names import extension_of


@dataclass(frozen=True)
class FileKind:
    id: str
    media_type: str
    magic: bytes
    extensions: tuple[str, ...]

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")


PDF = FileKind("pdf", "application/pdf", b"%PDF-", ("pdf",))
JPEG = FileKind("jpg", "image/jpeg", b"\xff\xd8\xff", ("jpg", "jpeg"))
PNG = FileKind("png", "image/png", b"\x89PNG\r\n\x1a\n", ("png",))
KINDS = {kind.id: kind for kind in (PDF, JPEG, PNG)}


def kind_of(content: bytes, name: str, allowed: tuple[str, ...]) -> FileKind:
    """The type of `content`; raises WrongFile unless it is allowed and the extension of `name` says the same."""
    for kind in KINDS.values():
        if content.startswith(kind.magic):
            if kind.id in allowed and extension_of(name) in kind.extensions:
                return kind
            break
    raise WrongFile
