"""AllHours 全天候: the system a programme of in-service members serving their community runs on."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("allhours")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0"
