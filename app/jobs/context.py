"""The application around a job: one a process, its database session given back after each run."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, has_app_context

Given = ParamSpec("Given")
Result = TypeVar("Result")


_made: list[Flask] = []


def work_for(app: Flask) -> None:
    """Say which application the jobs of this process belong to. The process knows it; this room lies below it."""
    _made[:] = [app]


def application() -> Flask:
    """The application of this process."""
    return _made[0]


def job(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """Run `function` inside the application; inside the caller's when there is one (a command, a test)."""

    @wraps(function)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        if has_app_context():
            return function(*args, **kwargs)
        with application().app_context():
            return function(*args, **kwargs)

    return run
