"""The application around a job: one a process, its database session given back after each run."""

from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec, TypeVar

from flask import Flask, has_app_context

Given = ParamSpec("Given")
Result = TypeVar("Result")


@cache
def application() -> Flask:
    """The application of this process, made at the first job; raises SettingsError."""
    from app import create_app

    return create_app()


def job(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """Run `function` inside the application; inside the caller's when there is one (a command, a test)."""

    @wraps(function)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        if has_app_context():
            return function(*args, **kwargs)
        with application().app_context():
            return function(*args, **kwargs)

    return run
