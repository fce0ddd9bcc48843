"""What suits a member, weighed by the database, so that a list of any length can be paged."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import (
    BooleanField,
    Case,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast

from allhours.needs.models import Post
from allhours.needs.rules import fit


def naming(field: str, codes: Collection[str]) -> Q:
    """Rows whose list of codes holds one of these; none is no condition that anything meets."""
    found = Q(pk__in=[])
    for code in sorted(codes):
        found |= Q(**{f"{field}_text__contains": f'"{code}"'})
    return found


def readable(rows: QuerySet[Post]) -> QuerySet[Post]:
    """With the lists of codes as text, which every database can look into."""
    return rows.annotate(
        skills_text=Cast("skills", TextField()), weekly_text=Cast("weekly", TextField())
    )


def weighed(rows: QuerySet[Post], card: fit.Card) -> QuerySet[Post]:
    """With `fit`, the weight that `rules.fit` gives; nothing speaks for what time alone does."""
    speaks = {
        "serving": Q(community_id=card.serving),
        "living": Q(community_id=card.residence),
        "wished": Q(item__in=sorted(each for each in card.wishes if each)),
        "skill": naming("skills", card.skills),
        "time": naming("weekly", card.free_time),
    }
    if card.serving is None:
        del speaks["serving"]
    if card.residence is None or card.residence == card.serving:
        del speaks["living"]
    total = Value(0, IntegerField())
    for why, held in speaks.items():
        total = total + Case(  # type: ignore[assignment]
            When(held, then=Value(fit.WEIGHTS[why])), default=Value(0), output_field=IntegerField()
        )
    return readable(rows).annotate(fit=total)


def fitting(rows: QuerySet[Post]) -> QuerySet[Post]:
    """Of weighed ones those that something speaks for."""
    return rows.filter(Q(("fit__gt", fit.WEIGHTS["time"])))


def full_last(rows: QuerySet[Post]) -> QuerySet[Post]:
    """With `full`, to sort by."""
    full = ExpressionWrapper(Q(taken__gte=F("places")), output_field=BooleanField())
    return rows.annotate(full=full)
