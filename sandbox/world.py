"""Everything the sandbox's pages share; one object per process."""

from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.matching import Prompts
from sandbox.oidc.provider import Provider
from sandbox.options import Options
from sandbox.people import People
from sandbox.store import Store
from sandbox.words import Words


@dataclass
class World:
    options: Options
    store: Store
    words: Words
    people: People
    clock: Clock
    faults: Faults
    prompts: Prompts
    providers: dict[str, Provider] = field(default_factory=dict)

    def reset(self) -> None:
        """As on the first day, for the next test; keys and registered clients stay."""
        self.store.reset()
        self.prompts.clear()
        for provider in self.providers.values():
            provider.forget()


def world() -> World:
    return cast(World, current_app.extensions["sandbox"])
