from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NeedsConfig(AppConfig):
    name = "allhours.needs"

    def ready(self) -> None:
        from allhours.directory import consequences  # noqa: PLC0415 - slow: models are not loaded yet
        from allhours.needs import holdings, holdings_files, life, settled  # noqa: F401, PLC0415 - slow: as above
        from allhours.needs.notices import ACTION, TEXTS  # noqa: PLC0415 - slow: as above
        from allhours.notifications import texts  # noqa: PLC0415 - slow: as above

        texts.register(TEXTS, title=_("服务"), action=ACTION)
        consequences.register(life.NeedsHandler(), life.NeedsMover())
