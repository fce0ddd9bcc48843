"""Declarations of the rooms below, which do not know this one."""

from allhours.rights.declared import accounts, directory, ledger, notifications, own

__all__ = ["accounts", "directory", "ledger", "notifications", "own"]
