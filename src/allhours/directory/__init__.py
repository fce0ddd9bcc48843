"""Directory: who is where, in what role, and so who sees what.

Owns the organisation tree (two roots: employers and territory), members, appointments, and the
roster import. Always true: a member_no is never reused; an ID number belongs to one member; an
appointment is ended, never deleted.
"""
