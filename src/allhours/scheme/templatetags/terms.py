"""`{% term "wish" %}`: the county's word for one of our things."""

from __future__ import annotations

from django import template

from allhours.kernel import clock
from allhours.scheme import queries, words

register = template.Library()


@register.simple_tag
def term(name: str) -> str:
    """The word in force today; a word nobody changed is translated, a county's own is not."""
    today = clock.local_date(clock.now())
    return words.word(queries.scheme_for(on=today).vocabulary, name)
