from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "allhours.jobs"

    def ready(self) -> None:
        """Each app's `tasks.py` registers its kinds of job and its routines."""
        autodiscover_modules("tasks")
