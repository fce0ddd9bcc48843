from allhours.rights.models.consent import Consent
from allhours.rights.models.copy import DataCopy
from allhours.rights.models.correction import Correction, CorrectionQuerySet
from allhours.rights.models.erasure import Erasure, ErasureQuerySet
from allhours.rights.models.retention import JournalSummary, RetentionRun

__all__ = [
    "Consent",
    "Correction",
    "CorrectionQuerySet",
    "DataCopy",
    "Erasure",
    "ErasureQuerySet",
    "JournalSummary",
    "RetentionRun",
]
