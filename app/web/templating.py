"""Jinja as pages use it: names that all templates share, and `ui`, every component under one name."""

from collections.abc import Callable, MutableMapping
from functools import partial
from types import FunctionType, MethodType
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2.runtime import Context

PLAIN = (FunctionType, MethodType, partial)


class LeanContext(Context):
    """Calls a plain function at once: Jinja asks each twice whether it wants the context, five hundred times a page."""

    def call(self, called: Callable[..., Any], /, *args: Any, **named: Any) -> Any:
        if type(called) in PLAIN and not hasattr(called, "jinja_pass_arg"):
            named.pop("_loop_vars", None)
            named.pop("_block_vars", None)
            return called(*args, **named)
        return super().call(called, *args, **named)


class Templates(Environment):
    """All templates see one dict of shared names: a chain of dicts, Jinja's own way, is copied for every page drawn."""

    context_class = LeanContext

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def init_app(app: Flask) -> None:
    """After everybody who adds a name to templates: the components take over the names that are there."""
    app.jinja_env.globals["ui"] = app.jinja_env.get_template("components/ui.html").module
