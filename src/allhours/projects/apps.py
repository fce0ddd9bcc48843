from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "allhours.projects"

    def ready(self) -> None:
        from allhours.projects import holdings  # noqa: F401, PLC0415 - slow: models not loaded
