from allhours.activities.forms.activity import PlanForm, ReasonForm
from allhours.activities.forms.attendance import OutcomesForm, SheetForm
from allhours.activities.forms.notes import NoteForm

__all__ = ["NoteForm", "OutcomesForm", "PlanForm", "ReasonForm", "SheetForm"]
