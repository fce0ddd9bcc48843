from django.apps import AppConfig

from allhours.scheme import trials


class AppraisalConfig(AppConfig):
    name = "allhours.appraisal"

    def ready(self) -> None:
        """Give `scheme try` the judgement that the scheme itself does not know."""
        from allhours.appraisal.trial import moved  # noqa: PLC0415  slow: models come first

        if moved not in trials.trials:
            trials.trials.append(moved)
