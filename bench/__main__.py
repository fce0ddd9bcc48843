"""`python -m bench [placement roster claims pages api storm]`; each in a process of its own."""

import subprocess
import sys

ALL = ["placement", "roster", "claims", "pages", "api", "storm"]


def main(names: list[str]) -> int:
    unknown = sorted(set(names) - set(ALL))
    if unknown:
        print(f"There is no measurement {', '.join(unknown)}; there are {', '.join(ALL)}.")
        return 2
    failed = [
        name
        for name in names or ALL
        if subprocess.run([sys.executable, "-m", f"bench.{name}"]).returncode
    ]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
