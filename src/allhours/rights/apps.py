from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RightsConfig(AppConfig):
    name = "allhours.rights"

    def ready(self) -> None:
        """The rooms below are declared here; those above declare themselves."""
        from allhours.notifications import texts  # noqa: PLC0415 - slow: models are not loaded yet
        from allhours.rights import declared, notices  # noqa: F401, PLC0415 - slow: as above
        from allhours.rights.actions import reapply  # noqa: PLC0415 - slow: as above

        texts.register(notices.TEXTS, title=_("我的数据"))
        texts.register(notices.ACTION_TEXTS, category=texts.ACTION, title=_("我的数据"))
        reapply.listen()
