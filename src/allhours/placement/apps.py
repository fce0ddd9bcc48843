from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacementConfig(AppConfig):
    name = "allhours.placement"

    def ready(self) -> None:
        from allhours.directory import consequences  # noqa: PLC0415 - slow: models are not loaded yet
        from allhours.notifications import texts  # noqa: PLC0415 - slow: models are not loaded yet
        from allhours.placement import holdings, life  # noqa: F401, PLC0415 - slow: as above
        from allhours.placement.notices import ACTION_TEXTS, TEXTS  # noqa: PLC0415 - slow: as above

        texts.register(TEXTS, title=_("报到"), action={"placement.letter_issued"})
        texts.register(ACTION_TEXTS, title=_("报到"), category=texts.ACTION)
        consequences.register(life.PlacementHandler(), life.PlacementMover())
