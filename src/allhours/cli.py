"""The `allhours` command: finds the installation, then hands over to Django's commands.

The installation (`--data DIR` or `ALLHOURS_DATA`) has to be known before settings are read, so it
is taken out of the arguments here, wherever it stands after the command's name.
Exit status: 0 done, 1 refused or problems found, 2 wrong usage.
"""

import difflib
import os
import sys
from pathlib import Path

from allhours.commands import COMMANDS

USAGE = 2
REFUSED = 1


class UsageError(Exception):
    """The command line itself is wrong; the text says how."""


def main(argv: list[str] | None = None) -> int:
    """Run one command and give back its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(overview())  # noqa: T201  the listing is what was asked for
        return 0
    try:
        arguments, data = take_data_dir(arguments)
    except UsageError as error:
        return complain(str(error), USAGE)
    if data is not None:
        os.environ["ALLHOURS_DATA"] = str(Path(data).expanduser().absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allhours.config.settings")
    return run(arguments)


def overview() -> str:
    """All commands with one line each."""
    lines = ["usage: allhours COMMAND [--data DIR] [options]", ""]
    for heading, commands in COMMANDS.items():
        lines.append(f"{heading}:")
        lines += [f"  {name:<16} {text}" for name, text in commands.items()]
        lines.append("")
    lines += [
        "allhours COMMAND --help explains one of them, with an example.",
        "--data DIR (or ALLHOURS_DATA) names the installation; DATABASE_URL a server database.",
    ]
    return "\n".join(lines)


def take_data_dir(arguments: list[str]) -> tuple[list[str], str | None]:
    """Split `--data DIR` or `--data=DIR` off the arguments; what follows `--` is left alone."""
    kept: list[str] = []
    data: str | None = None
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            return [*kept, argument, *rest], data
        if argument == "--data":
            data = next(rest, "")
        elif argument.startswith("--data="):
            data = argument.partition("=")[2]
        else:
            kept.append(argument)
            continue
        if not data:
            raise UsageError("--data needs a directory, for example: --data ./demo-data")
    if not kept:
        raise UsageError("Name a command before --data. `allhours` alone lists them.")
    return kept, data


def run(arguments: list[str]) -> int:
    """Load Django and run the command named first."""
    import django  # noqa: PLC0415  slow: the listing and usage errors should answer at once
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415  slow
    from django.core.management import get_commands, load_command_class  # noqa: PLC0415  slow

    try:
        django.setup()
    except (ImproperlyConfigured, OSError) as error:
        return complain(str(error), REFUSED)
    name = arguments[0]
    app = get_commands().get(name)
    if app is None:
        return complain(unknown(name), USAGE)
    command = load_command_class(str(app), name)
    try:
        command.run_from_argv(["allhours", *arguments])
    except SystemExit as stop:
        return exit_status(stop)
    except KeyboardInterrupt:
        return complain("Stopped.", 130)
    return 0


def exit_status(stop: SystemExit) -> int:
    """The number in a SystemExit; a text means it was printed and the command failed."""
    if stop.code is None:
        return 0
    if isinstance(stop.code, int):
        return stop.code
    return complain(str(stop.code), REFUSED)


def unknown(name: str) -> str:
    """A sentence for a command that does not exist, with the nearest one that does."""
    ours = [name for commands in COMMANDS.values() for name in commands]
    near = difflib.get_close_matches(name, ours, n=1)
    hint = f" Did you mean `{near[0]}`?" if near else ""
    return f"There is no command `{name}`.{hint} `allhours` alone lists them."


def complain(text: str, status: int) -> int:
    """Say it on standard error and give back the status."""
    print(text, file=sys.stderr)  # noqa: T201  no logging before settings are read
    return status
