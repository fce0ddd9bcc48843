"""Chinese names of every section, setting and fixed value, for the page that shows the scheme."""

from allhours.scheme.labels.settings import SETTINGS
from allhours.scheme.labels.values import KINDS, VALUES

__all__ = ["KINDS", "SETTINGS", "VALUES"]
