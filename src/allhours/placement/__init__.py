"""Placement: where a member serves — proposals, letters, reporting-in, receipts, excusals.

Always true: a member has at most one live placement and at most one live letter (held by the
database); nobody confirms their own record; a solver only proposes, an officer adopts; the
community learns of an excusal that it exists, never why.
"""
