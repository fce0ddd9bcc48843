from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "allhours.directory"

    def ready(self) -> None:
        from allhours.directory import consequences  # noqa: PLC0415 - slow: models are not loaded yet
        from allhours.directory.life import DirectoryHandler  # noqa: PLC0415 - slow: as above

        consequences.register(DirectoryHandler())
