"""`python -m qcode` is `qcode`. What git calls for each file goes a shorter way."""

import sys

from qcode.cli import driver

if __name__ == "__main__":
    if driver.called(sys.argv[1:]):
        sys.exit(driver.main(sys.argv[1:]))
    from qcode.cli.main import run

    run()
