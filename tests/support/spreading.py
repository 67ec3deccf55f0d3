"""Which tests go to which xdist worker: a file stays together, and so do all files that need the same thing whole.

Groups by mark say nothing here: xdist 3.8 writes them into names that pytest 9.2 no longer reads.
"""

import re
from functools import cache
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parents[2]
# What all workers would share: the one Valkey that some tests flush. For journeys each worker has a portal of its own.
WHOLE = ("live", "valkey")


@cache
def group_of(path: str) -> str:
    """The first of WHOLE that the tests of this file ask for, else the file itself."""
    text = (ROOT / path).read_text("utf-8")
    return next((name for name in WHOLE if re.search(rf"\b{name}\b\s*[:,)]", text)), path)


class TogetherByNeed(LoadScopeScheduling):
    """Hands out whole groups; whoever is done takes the next."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid.partition("::")[0])
