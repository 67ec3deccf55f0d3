"""`python -m sandbox`: start the outside world."""

import logging
import sys

from sandbox.options import OptionsError, read
from sandbox.server import serve


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    try:
        options, listener = read(None)
    except OptionsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    serve(options, listener)
    return 0


if __name__ == "__main__":
    sys.exit(main())
