from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "allhours.activities"

    def ready(self) -> None:
        from allhours.activities.notices import TEXTS  # noqa: PLC0415 - slow: models are not loaded yet
        from allhours.notifications import texts  # noqa: PLC0415 - slow: as above

        texts.register(TEXTS)
