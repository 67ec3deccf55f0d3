"""The citizen of the fault matrix, on a portal of its own."""

from collections.abc import Iterator

import pytest

from tests.support.portal import Portal
from tests.support.visitor import Visitor


@pytest.fixture(scope="module")
def citizen(live: Portal) -> Iterator[Visitor]:
    visitor = Visitor(live.settings)
    visitor.sign_in()
    yield visitor
    visitor.http.close()
