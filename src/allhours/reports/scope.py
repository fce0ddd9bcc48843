"""Who reads tables, the ledger and the rows behind numbers."""

from allhours.accounts.choices import COUNTY_ROLES, UNIT_ROLES, Role

# A temporary branch stands below its community; what is counted by community is not its own.
READERS = COUNTY_ROLES | UNIT_ROLES | {Role.COMMUNITY_SECRETARY, Role.COMMUNITY_STAFF}
