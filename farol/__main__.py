"""`python -m farol` is the command `farol`."""

import sys

from farol.cli import main

if __name__ == "__main__":
    sys.exit(main())
