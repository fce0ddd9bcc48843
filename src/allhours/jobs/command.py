"""The base of every `allhours` command: one way to report, refuse and fail."""

import argparse
import json
import sys
from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import OperationalError, ProgrammingError, connections

from allhours.kernel.crypto import KeyMissing
from allhours.kernel.errors import Refused

REFUSED = 1
NO_TABLES = (
    "The installation has no up-to-date database. "
    "Make one with `allhours demo` or `allhours init`, or bring it up to date with "
    "`allhours migrate`."
)


class AllHoursCommand(BaseCommand):
    """A command that keeps the contract: exit 0, 1 or 2, one sentence on failure, one JSON object.

    Subclasses set `help` and `example`, and write with `say` (for people) and `emit` (for
    machines). A refusal is raised, as `Refused` or `CommandError`; problems that were already
    reported end with `self.status = 1`. `--data` is taken by `allhours.cli` before Django loads
    and stands here only so that `--help` shows it.
    """

    example: ClassVar[str] = ""
    requires_system_checks = ()
    suppressed_base_arguments = {
        "--version",
        "--verbosity",
        "--settings",
        "--pythonpath",
        "--traceback",
        "--no-color",
        "--force-color",
        "--skip-checks",
    }

    status: int = 0
    as_json: bool = False
    _emitted: bool = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        if self.example:
            kwargs.setdefault("epilog", f"Example:\n  {self.example}")
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument(
            "--data", metavar="DIR", help="the installation (default: ALLHOURS_DATA)"
        )
        parser.add_argument(
            "--json", action="store_true", help="print exactly one JSON object on standard output"
        )
        return parser

    def say(self, text: str) -> None:
        """One line for a person: standard output, or standard error beside JSON."""
        (self.stderr if self.as_json else self.stdout).write(text, style_func=str)

    def emit(self, result: dict[str, Any]) -> None:
        """The machine-readable answer; printed with --json only, and only once."""
        if not self.as_json:
            return
        if self._emitted:
            raise RuntimeError("a command emits one JSON object")
        self._emitted = True
        self.stdout.write(json.dumps(result, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder))

    def execute(self, *args: Any, **options: Any) -> str | None:
        self.as_json = bool(options.get("json"))
        try:
            return super().execute(*args, **options)
        except Refused as refused:
            refusals = [{"code": r.code, "text": str(r)} for r in refused.reasons]
            if not self._emitted:
                self.emit({"refusals": refusals})
            raise CommandError(" ".join(each["text"] for each in refusals)) from refused

    def run_from_argv(self, argv: list[str]) -> None:
        """Run from the shell; every expected failure ends as one sentence and a status."""
        self._called_from_command_line = True
        parser = self.create_parser(argv[0], argv[1])
        options = vars(parser.parse_args(argv[2:]))
        args = options.pop("args", ())
        try:
            self.execute(*args, **options)
        except CommandError as error:
            self.stop(str(error), error.returncode)
        except (ImproperlyConfigured, OSError) as error:
            self.stop(sentence_for(error), REFUSED)
        except KeyMissing as error:
            self.stop(f"The key file does not hold the key `{error}`.", REFUSED)
        except (OperationalError, ProgrammingError) as error:
            self.stop(NO_TABLES if is_missing_table(error) else str(error), REFUSED)
        finally:
            connections.close_all()
        if self.status:
            sys.exit(self.status)

    def stop(self, text: str, status: int) -> None:
        """End the process with a sentence on standard error, and for machines as a refusal."""
        if not self._emitted:
            self.emit({"refusals": [{"code": "command.failed", "text": text}]})
        self.stderr.write(text, style_func=str)
        sys.exit(status)


def sentence_for(error: Exception) -> str:
    """What went wrong with a file or a setting, without the machine's number for it."""
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}."
    return str(error)


def is_missing_table(error: Exception) -> bool:
    """Whether the database lacks a table or column, so that migrating is the remedy."""
    text = str(error)
    return any(part in text for part in ("no such table", "no such column", "does not exist"))
