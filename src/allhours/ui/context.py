"""What every page knows about its reader's own settings."""

from typing import Any

from django.http import HttpRequest

from allhours.ui.preferences import read_preferences


def preferences(request: HttpRequest) -> dict[str, Any]:
    return {"reader": read_preferences(request)}
