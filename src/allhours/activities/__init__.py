"""Activities: planned outings with their people, attendance and outcomes; and members' own notes.

Always true: never more live sign-ups than places; attendance is entered by the organiser, in bulk,
by exception; hours are posted once per person and activity; nobody confirms their own note.
"""
