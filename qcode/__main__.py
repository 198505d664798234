"""`python -m qcode` is `qcode`."""

from qcode.cli.main import run

if __name__ == "__main__":
    run()
