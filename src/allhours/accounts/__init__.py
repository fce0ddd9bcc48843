"""Accounts: who is acting.

Owns users, sign-in, activation slips, the actor with its grants (plain values: role and tree path),
and the journal. Always true: every change by a person or job is journaled in the same transaction;
the journal holds ids and codes, never names or free text about people, and is append-only.
"""
