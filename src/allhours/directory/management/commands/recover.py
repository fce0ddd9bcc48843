"""`allhours recover`: the operator lets somebody in who lost every way of signing in."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from allhours.accounts.actions.recovery import reset_factors
from allhours.accounts.actor import Actor
from allhours.accounts.choices import AccountReason
from allhours.accounts.queries import user_named
from allhours.jobs.command import AllHoursCommand
from allhours.kernel import clock


class Command(AllHoursCommand):
    help = (
        "Take away a person's password and second factors, end their sessions, and print a "
        "one-time activation code. For a security administrator who cannot sign in; for anybody "
        "else the security administrator does it on the account's page. Journaled."
    )
    example = "allhours recover secadmin"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument(
            "--reason", choices=AccountReason.values, default=str(AccountReason.LOST)
        )

    def handle(self, **options: Any) -> None:
        user = user_named(options["username"])
        if user is None:
            raise CommandError(f"There is no account with the user name {options['username']}.")
        slip = reset_factors(
            actor=Actor.system("recover"), user=user, reason=options["reason"], now=clock.now()
        )
        self.emit(
            {
                "username": slip.username,
                "activation_code": slip.code,
                "expires_at": slip.expires_at,
            }
        )
        if not self.as_json:
            self.say(f"{slip.username}  {slip.code}")
            self.say("Open /activate/ and enter both; the code is shown this once.")
