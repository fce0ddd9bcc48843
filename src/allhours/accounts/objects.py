"""From the address of a page to what the journal calls its object, without opening the page.

The auditor pastes `/desk/members/2600009/`; the code in it is looked up in the models of the room
whose page it is. Only the number of the row comes out, never a fact of it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.apps import apps
from django.db.models import Model, Q
from django.urls import Resolver404, resolve

NOTHING = Q(pk__in=())
MOST = 5  # rows with the same code, of different kinds


def lines_about(address: str) -> Q:
    """The journal's lines about the object of a page; nothing for an address that is none."""
    try:
        match = resolve(urlsplit(address.strip()).path)
    except Resolver404:
        return NOTHING
    found = NOTHING
    for model in _models(match.app_name):
        name = model._meta.model_name or ""
        for field, value in match.kwargs.items():
            for pk in _rows(model, field, str(value)):
                found |= Q(subject=name, subject_id=str(pk))
    return found


def _models(app_name: str) -> list[type[Model]]:
    label = app_name.split(":")[0]
    return (
        list(apps.get_app_config(label).get_models())
        if apps.is_installed(f"allhours.{label}")
        else []
    )


def _rows(model: type[Model], field: str, value: str) -> list[int]:
    """Ids of the rows whose column of that name holds the value."""
    if field == "pk":
        return [int(value)] if value.isdecimal() else []
    if field not in {each.name for each in model._meta.concrete_fields}:
        return []
    kept = model._meta.get_field(field).get_internal_type()
    if kept not in ("CharField", "SlugField"):
        return []
    rows = model._default_manager.filter(**{field: value}).values_list("pk", flat=True)
    return list(rows[:MOST])
