from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "allhours.ledger"

    def ready(self) -> None:
        from allhours.directory import consequences  # noqa: PLC0415 - slow: models are not loaded yet
        from allhours.ledger import life  # noqa: PLC0415 - slow: as above

        consequences.register(life.LedgerHandler(), life.LedgerMover())
