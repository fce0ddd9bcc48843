"""Rosters as units really send them: bytes → grid → rows → plan. PURE: no Django in here.

    read.read(content, filename)      a grid of raw cells, or `Unreadable` with one plain sentence
    parse.parse(grid, today)          rows of normalised values, and problems by row and column
    plan.plan(parsed, snapshot, …)    who joins, changes, moves, leaves; what a person must decide
    error_file.problems_workbook(…)   the sender's own layout back, with the wrong cells marked

Always true: nothing is guessed (a damaged ID number is a problem, not a repair); every problem
names the sheet's row and the header as the sender wrote it; ID numbers and phones leave this
package only masked, except as the values of a `RosterRow`.
"""
