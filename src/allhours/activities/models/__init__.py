from allhours.activities.models.activity import Activity, Outcome, SignUp
from allhours.activities.models.attendance import Attendance
from allhours.activities.models.note import ServiceNote

__all__ = ["Activity", "Attendance", "Outcome", "ServiceNote", "SignUp"]
