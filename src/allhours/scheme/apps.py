from django.apps import AppConfig
from django.core.signals import request_finished, request_started

from allhours.scheme import memo


class SchemeConfig(AppConfig):
    name = "allhours.scheme"

    def ready(self) -> None:
        """Keep what one request reads of the scheme until that request ends."""
        request_started.connect(memo.begin, dispatch_uid="scheme.memo.begin")
        request_finished.connect(memo.end, dispatch_uid="scheme.memo.end")
