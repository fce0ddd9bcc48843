"""The commands of `allhours`, as `allhours` alone lists them: heading -> name -> one line.

Written out here, not gathered from Django, so that the listing needs no settings and shows only
what an operator uses. `tests/test_docs.py` holds it against the command modules and the reference.
"""

COMMANDS: dict[str, dict[str, str]] = {
    "Start": {
        "demo": "build a fictional county and serve it",
        "init": "an empty installation for a real county, with its first activation codes",
        "serve": "the production server, with its background worker",
        "activate": "one-time activation slips as PDF",
        "recover": "let somebody in who lost password and second factor",
    },
    "Organisations and people": {
        "import_orgs": "organisations from a spreadsheet",
        "import_roster": "preview or apply a roster",
        "roster_template": "the standard roster as an empty spreadsheet",
    },
    "Service": {
        "import_wishes": "wishes from a spreadsheet",
        "wishes": "list wishes and who claimed them",
        "place": "propose or adopt placements",
        "reconcile": "roster against reporting-in (数据反查)",
    },
    "Record and figures": {
        "duties": "who has met which duty, with what counted",
        "figures": "the county's figures as of a date",
        "summary": "the year's tables 附6 and 附7",
        "ledger": "export or verify the ledger",
        "export": "registers for independent checks",
    },
    "Rules": {
        "scheme": "check, compare and publish a county's scheme",
    },
    "Keeping it": {
        "backup": "one consistent file of the whole installation",
        "restore": "put a backup back",
        "keys": "list or rotate the encryption keys",
        "retention": "what is past its time to be kept; --apply removes it",
        "close_down": "export everything, then make it nameless or delete it",
    },
}
