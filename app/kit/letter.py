"""The letter of a step with `document="letter"`: what stands on it beside the officer's words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Letter:
    """Its words stand under `outputs.<words>` of the service: `title`, `opening` and, with `until`, `validity`.

    `lines`: the answers it repeats, where they were asked. `until`: the answer that names its last day; where it was
    given, `validity` says for how long the letter holds.
    """

    words: str = "answer"
    lines: tuple[str, ...] = ()
    until: str | None = None
