from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "allhours.needs"

    def ready(self) -> None:
        from allhours.directory import consequences  # noqa: PLC0415 - slow: models are not loaded yet
        from allhours.needs import life  # noqa: PLC0415 - slow: as above
        from allhours.needs.notices import TEXTS  # noqa: PLC0415 - slow: models are not loaded yet
        from allhours.notifications import texts  # noqa: PLC0415 - slow: as above

        texts.register(TEXTS)
        consequences.register(life.NeedsHandler(), life.NeedsMover())
