"""Reports: read-only renderings of facts: figures, tables, registers, workbooks.

Always true: nothing here writes but the journal line of an export; every number opens to its rows.
"""
