"""Ledger: append-only facts of service. Knows no caller: a source is (kind, key, revision).

Always true: entries are never changed or deleted (triggers, and a chain per member that shows it);
a source is posted once per member; an entry is reversed at most once; two live entries of a member
never overlap in time; hours and points are never added together. Public face: actions.post,
actions.reverse, queries.totals, queries.statement, verify.
"""
