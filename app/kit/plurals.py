"""Grammar-number forms after CLDR: six in Arabic, two in English."""


def category(language: str, count: int) -> str:
    """The CLDR plural category of a whole number."""
    if language == "en":
        return "one" if count == 1 else "other"
    if count in (0, 1, 2):
        return ("zero", "one", "two")[count]
    rest = count % 100
    if 3 <= rest <= 10:
        return "few"
    return "many" if 11 <= rest <= 99 else "other"
