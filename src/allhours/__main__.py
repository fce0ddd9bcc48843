"""`python -m allhours` is the same as the installed `allhours`."""

import sys

from allhours.cli import main

if __name__ == "__main__":
    sys.exit(main())
