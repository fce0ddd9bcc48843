"""Every column that could hold personal data is declared, or listed with the reason it does not."""

from __future__ import annotations

from dataclasses import fields

from django.apps import apps
from django.db import models

from allhours.accounts.models import User
from allhours.directory.models import Member
from allhours.rights import holdings
from allhours.scheme.schema import Retention

CODES = ("role", "state", "kind")  # of choices, or codes of the scheme
AWAITED = {"household_years", "feedback_years"}  # records that a later issue brings


def could_hold(column: models.Field) -> bool:
    """Text, JSON, sealed, an address of the network, a person by key or by id."""
    if column.is_relation:
        return column.related_model in (Member, User)
    if column.name == "code" or column.name.endswith("_code"):
        return False
    if column.name.endswith("_plain"):
        return True
    if column.choices:
        return False
    texts = (models.CharField, models.TextField, models.JSONField, models.GenericIPAddressField)
    return isinstance(column, texts)


def columns() -> dict[str, models.Field]:
    return {
        f"{model._meta.app_label}.{model.__name__}.{column.name}": column
        for model in apps.get_models()
        if model.__module__.startswith("allhours.")
        for column in model._meta.concrete_fields
    }


def test_every_column_that_could_hold_personal_data_is_declared() -> None:
    declared, nothing = holdings.declared_columns(), holdings.nothing_personal()
    open_ones = [
        name
        for name, column in columns().items()
        if could_hold(column)
        and name not in declared
        and name not in nothing
        and name.rpartition(".")[0] not in nothing
    ]
    assert open_ones == [], "declare it in <room>/holdings.py, or say why it holds nothing personal"


def test_what_is_declared_is_there() -> None:
    known = set(columns())
    tables = {name.rpartition(".")[0] for name in known}
    nothing = holdings.nothing_personal()
    assert [name for name in holdings.declared_columns() if name not in known] == []
    assert [name for name in nothing if name not in known and name not in tables] == []


def test_sealed_columns_are_erased() -> None:
    kept = [
        name
        for name, column in holdings.declared_columns().items()
        if name.endswith("_sealed") and column.erased is holdings.KEEP
    ]
    gone_with_row = {
        f"{part.model}.{column.name}"
        for _held, part in holdings.parts()
        if part.deleted or part.model in ("directory.RosterImport", "needs.WishImport")
        for column in part.columns
    }
    assert sorted(set(kept) - gone_with_row) == []


def test_every_holding_says_why_whence_and_how_long() -> None:
    for held in holdings.all_holdings():
        assert all(map(str, (held.purpose, held.basis, held.source)))
    keys = {field.name for field in fields(Retention)}
    used = {held.keeps for held in holdings.all_holdings() if held.keeps}
    assert used <= keys
    assert keys - used == AWAITED
