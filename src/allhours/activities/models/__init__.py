from allhours.activities.models.activity import Activity, Attendance, Outcome, SignUp
from allhours.activities.models.note import ServiceNote

__all__ = ["Activity", "Attendance", "Outcome", "ServiceNote", "SignUp"]
