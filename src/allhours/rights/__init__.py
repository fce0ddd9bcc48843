"""Rights: what the system holds about a person, and what the person may ask of it.

Owns requests for a copy, a correction or erasure, the register of consents, retention by kind of
record, and the close-down of an installation. Packages that hold facts about people declare them
as holdings; nothing here knows their tables.

Always true: after an erasure nothing but the ledger's bare facts is left, and its chain holds.
"""
