"""Groups whose commands are loaded when they are asked for: a command line has many, and each run uses one."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group


def later(panels: Mapping[str, Mapping[str, str]], settings: Mapping[str, dict[str, Any]]) -> type[TyperGroup]:
    """A group with these commands: by panel of its help and by name, the place of each below qcode.cli.

    A place is `module.attribute`: a command's function, or an app with commands of its own. `settings`: the settings
    of the context of some, by name.
    """
    places = {name: (panel, place) for panel, named in panels.items() for name, place in named.items()}

    class Group(TyperGroup):
        def __init__(self, **given: Any) -> None:
            super().__init__(**given)
            names: dict[str, Any] = dict.fromkeys(places)
            self.commands = names

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            if cmd_name in places and self.commands[cmd_name] is None:
                self.commands[cmd_name] = _loaded(cmd_name, *places[cmd_name], settings.get(cmd_name))
            return super().get_command(ctx, cmd_name)

    return Group


def _loaded(name: str, panel: str, place: str, settings: dict[str, Any] | None) -> Any:
    module, _, attribute = place.partition(".")
    found = getattr(import_module(f"qcode.cli.{module}"), attribute)
    holder = typer.Typer()
    if isinstance(found, typer.Typer):
        holder.add_typer(found, name=name, rich_help_panel=panel)
    else:
        holder.command(name, rich_help_panel=panel, context_settings=settings)(found)
    return get_group(holder).commands[name]
