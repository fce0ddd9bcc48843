from django.apps import AppConfig


class PlacementConfig(AppConfig):
    name = "allhours.placement"

    def ready(self) -> None:
        from allhours.directory import consequences  # noqa: PLC0415 - slow: models are not loaded yet
        from allhours.notifications import texts  # noqa: PLC0415 - slow: models are not loaded yet
        from allhours.placement import holdings, life  # noqa: F401, PLC0415 - slow: as above
        from allhours.placement.notices import TEXTS  # noqa: PLC0415 - slow: as above

        texts.register(TEXTS)
        consequences.register(life.PlacementHandler(), life.PlacementMover())
