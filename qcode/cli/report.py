"""`qcode report`."""

import typer

app = typer.Typer()


@app.command()
def matrix() -> None: ...
