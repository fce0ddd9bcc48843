from allhours.accounts.models.factor import (
    Attempts,
    Passkey,
    RecoveryCode,
    SignedIn,
    TotpDevice,
)
from allhours.accounts.models.journal import JournalEntry
from allhours.accounts.models.token import ApiToken
from allhours.accounts.models.user import ActivationSlip, SignInRecord, User

__all__ = [
    "ActivationSlip",
    "ApiToken",
    "Attempts",
    "JournalEntry",
    "Passkey",
    "RecoveryCode",
    "SignInRecord",
    "SignedIn",
    "TotpDevice",
    "User",
]
