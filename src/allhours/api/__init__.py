"""The contract for other programs: `/api/v1/`, on the same actions as the pages.

Each file of `v1/` holds one subject: its endpoints and what goes over the wire. Nothing here
decides anything; a refusal is the action's own, with the page's sentence.
"""
