from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "allhours.activities"

    def ready(self) -> None:
        from allhours.activities import life  # noqa: PLC0415 - slow: models are not loaded yet
        from allhours.activities.notices import TEXTS  # noqa: PLC0415 - slow: models are not loaded yet
        from allhours.directory import consequences  # noqa: PLC0415 - slow: as above
        from allhours.notifications import texts  # noqa: PLC0415 - slow: as above

        texts.register(TEXTS)
        consequences.register(
            life.ActivitiesHandler(), life.ActivitiesMover(), life.LedgerFollower()
        )
