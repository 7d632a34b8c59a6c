"""The command line as a whole: options that choose a cache, then a command.

Rule: the options stand before the command and mean the same for each; without any, the settings of the working
directory and the environment apply.
"""

from __future__ import annotations

from importlib.metadata import version as version_of
from pathlib import Path
from typing import Annotated

import typer

from hexcache.adapters.inbound.cli.commands import add_commands
from hexcache.adapters.inbound.cli.demo import demo
from hexcache.adapters.inbound.cli.opening import Choice, Surroundings
from hexcache.adapters.inbound.cli.output import Output
from hexcache.adapters.inbound.cli.replay import replay
from hexcache.adapters.inbound.cli.upkeep import lifecycle, sweep

EPILOG = "Exit codes: 0 done, 1 no such entry or not all of it, 2 unusable input, 3 a tier failed."


def build_app(surroundings: Surroundings) -> typer.Typer:
    """The program over the given surroundings."""
    app = typer.Typer(
        name="hexcache",
        help="One cache over memory, disk, Redis and object stores.",
        epilog=EPILOG,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback(epilog=EPILOG)
    def choose(
        context: typer.Context,
        url: Annotated[
            list[str] | None, typer.Option(help="A tier, nearest first; may be given several times.")
        ] = None,
        settings: Annotated[Path | None, typer.Option(help="A TOML file instead of ./hexcache.toml.")] = None,
        environment: Annotated[str | None, typer.Option(help="Which environment of the settings.")] = None,
        namespace: Annotated[str, typer.Option(help="A namespace below the root.")] = "",
        json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    ) -> None:
        choice = Choice(tuple(url or ()), settings, environment, namespace)
        context.obj = (surroundings, choice, Output(as_json=json))

    add_commands(app)
    app.command()(replay)
    app.command()(demo)
    app.command()(sweep)
    app.command()(lifecycle)

    @app.command()
    def version() -> None:
        """Print the version."""
        typer.echo(version_of("hexcache"))

    return app
