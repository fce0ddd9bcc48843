"""The background worker: the queue of django-tasks, and the routines.

The queue is looked at without a lock and only worked off when something stands in it: on the
embedded database a lock at every look would make each web write wait.
"""

from __future__ import annotations

import logging
import threading
import time

from django.db import OperationalError, close_old_connections, connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from allhours.jobs import actions, schedule
from allhours.kernel import clock

logger = logging.getLogger("allhours.jobs")

SECONDS_BETWEEN_LOOKS = 0.5
SECONDS_BETWEEN_TICKS = 20


def work_for_ever() -> None:
    """Pick up what a killed server left, then run jobs and routines until killed."""
    DBTaskResult.objects.running().delete()  # the job rows say what was interrupted
    actions.recover_jobs(now=clock.now())
    threading.Thread(target=_tick_for_ever, daemon=True).start()
    while True:
        try:
            work_off()
        except OperationalError as error:
            logger.warning("the queue could not be read: %s", type(error).__qualname__)
        time.sleep(SECONDS_BETWEEN_LOOKS)


def work_off() -> None:
    """Run everything that waits in the queue."""
    close_old_connections()
    if not DBTaskResult.objects.ready().exists():
        return
    Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    ).run()


def _tick_for_ever() -> None:
    while True:
        try:
            schedule.tick(clock.now())
        except OperationalError as error:
            logger.warning("routines could not be looked at: %s", type(error).__qualname__)
        connections.close_all()
        time.sleep(SECONDS_BETWEEN_TICKS)
