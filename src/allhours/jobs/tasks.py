"""Long work of the installation itself."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from allhours.jobs import rotation
from allhours.jobs.progress import Progress
from allhours.jobs.registry import job


@job("jobs.reseal", title=_("更换加密密钥"), repeatable=True)
def reseal(progress: Progress) -> dict[str, Any]:
    return {"changed": rotation.reseal(progress.step)}
