"""Processes that belong together: a child must not outlive a server that was killed."""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import threading
import time

PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> None:
    """Have this process killed when its parent, of this process id, ends in whatever way.

    Linux does it itself; elsewhere a thread looks every second whether the parent changed. The
    parent tells its id beforehand: it may be gone before this line runs.
    """
    if platform.system() == "Linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
