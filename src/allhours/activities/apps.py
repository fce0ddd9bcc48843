from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "allhours.activities"

    def ready(self) -> None:
        from allhours.activities import holdings, life  # noqa: F401, PLC0415 - slow: models not loaded
        from allhours.activities.notices import TEXTS  # noqa: PLC0415 - slow: models are not loaded yet
        from allhours.activities.queries import held_for  # noqa: PLC0415 - slow: as above
        from allhours.directory import consequences  # noqa: PLC0415 - slow: as above
        from allhours.notifications import texts  # noqa: PLC0415 - slow: as above
        from allhours.projects import progress  # noqa: PLC0415 - slow: as above

        texts.register(TEXTS, title=_("活动"), action={"note.returned", "activity.moved"})
        progress.register(held_for.held_for)
        consequences.register(
            life.ActivitiesHandler(), life.ActivitiesMover(), life.LedgerFollower()
        )
