"""What a case, and the row that a list has read of one, tell from their columns."""

from typing import TYPE_CHECKING, Any

from app.kit.case_numbers import format_address, format_number
from app.kit.workflow import FINAL


class Numbered:
    """Mixin over the columns `year`, `serial` and `stage`."""

    __slots__ = ()
    if TYPE_CHECKING:
        year: Any
        serial: Any
        stage: Any

    @property
    def number(self) -> str:
        """As printed: 1448/000123."""
        return format_number(self.year, self.serial)

    @property
    def address(self) -> str:
        """As it stands in addresses: 1448-000123."""
        return format_address(self.year, self.serial)

    @property
    def is_final(self) -> bool:
        return self.stage in FINAL
