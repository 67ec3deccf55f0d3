"""Functions that the tests of the timetable and the workers start by their names."""


def nothing() -> None:
    """A job without work."""


def yes() -> bool:
    """Something is due."""
    return True


def no() -> bool:
    """Nothing is due."""
    return False


def fails() -> bool:
    """The database is away."""
    raise ConnectionError("away")
