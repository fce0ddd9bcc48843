from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "allhours.ui"
    label = "ui"
