"""Scheme: the county's law as one typed, dated, frozen document.

Owns the county row, the published versions and the calendar of days off. Always true: a published
version never changes; every look-up says for which day; what a source leaves blank is listed as to
be set. `schema` and `worktime` are pure. Feature code receives the section it needs.
"""
