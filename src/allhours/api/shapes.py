"""What goes over the wire everywhere: lists, refusals, errors, and bounded plain values."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, StrictInt, StringConstraints, create_model
from pydantic_core import PydanticCustomError

from allhours.kernel import clock

LARGEST = 2**63 - 1  # what a database column holds
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
OUR_ERROR = "said"  # type of an error whose message is our own sentence already


class Given(Schema):
    """A body: a field that nobody knows is a mistake worth telling."""

    model_config = ConfigDict(extra="forbid")


class RefusalOut(Schema):
    code: str = Field(description="stable, for programs")
    text: str = Field(description="the page's sentence, in the language asked for")


class Refusals(Schema):
    refusals: list[RefusalOut]


class FieldError(Schema):
    field: str = Field(description='where; "" is the request as a whole')
    text: str


class Errors(Schema):
    errors: list[FieldError]


class Done(Schema):
    """The new state of what was acted on."""

    id: int
    state: str


def said(sentence: str) -> PydanticCustomError:
    """To be raised by a validator: an error in our own words."""
    return PydanticCustomError(OUR_ERROR, "{sentence}", {"sentence": sentence})


def _sensible_day(day: date) -> date:
    if not EARLIEST <= day <= LATEST:
        raise said(_("日期超出范围，请核对年份。"))
    return day


def _sensible_moment(moment: datetime) -> datetime:
    """Without a zone it is the programme's own time."""
    if not EARLIEST < moment.date() < LATEST:
        raise said(_("日期超出范围，请核对年份。"))
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.LOCAL)


Day = Annotated[date, AfterValidator(_sensible_day)]
Moment = Annotated[datetime, AfterValidator(_sensible_moment)]
Id = Annotated[StrictInt, Field(ge=1, le=LARGEST)]
Words = Annotated[str, StringConstraints(max_length=300)]
Code = Annotated[str, StringConstraints(max_length=40)]
Number = Annotated[StrictInt, Field(ge=0, le=10**9)]
Ids = Annotated[list[Id], Field(min_length=1, max_length=500)]


class Listed(Schema):
    """How much of a list is asked for."""

    limit: int = Field(50, ge=1, le=200, description="how many items at most")
    cursor: str = Field("", max_length=400, description="`next` of the answer before")


def listing(item: type[Schema]) -> type[Schema]:
    """The shape of a list of items."""
    name = item.__name__.removesuffix("Out")
    following = Field(None, description="cursor of what follows; null at the end")
    items: Any = list[item]  # type: ignore[valid-type]  # a type made at run time
    made: type[Schema] = create_model(
        f"{name}List", __base__=Schema, items=(items, ...), next=(str | None, following)
    )
    return made


FAILURES: dict[int, Any] = {401: Refusals, 403: Refusals, 404: Errors, 422: Errors, 429: Errors}
