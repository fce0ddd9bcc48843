"""Many callers at the same instant."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections


def threads(n: int, fn: Callable[[int], Any]) -> list[Any]:
    """Call `fn(0)` … `fn(n - 1)`, each in its own thread and let go together.

    Gives back what each call returned, or the exception that it raised, in the callers' order.
    Needs `@pytest.mark.django_db(transaction=True)`.
    """
    barrier = threading.Barrier(n)
    results: list[Any] = [None] * n

    def call(index: int) -> None:
        try:
            barrier.wait(timeout=30)
            results[index] = fn(index)
        except Exception as error:  # noqa: BLE001  the caller judges what was raised
            results[index] = error
        finally:
            connections.close_all()

    workers = [threading.Thread(target=call, args=(index,), daemon=True) for index in range(n)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=120)
    return results
