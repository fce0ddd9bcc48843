"""Addresses for machines that watch the server: alive, ready, and figures of the installation."""

from __future__ import annotations

import hmac
from collections import Counter

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from allhours.jobs.models import Job

LOOPBACK = {"127.0.0.1", "::1"}


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and is up to date, 503 with the reason otherwise."""
    try:
        waiting = MigrationExecutor(connection)
        plan = waiting.migration_plan(waiting.loader.graph.leaf_nodes())
    except Error as error:
        return JsonResponse({"ready": False, "reason": type(error).__name__}, status=503)
    if plan:
        return JsonResponse({"ready": False, "reason": "migrations"}, status=503)
    return JsonResponse({"ready": True})


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text; only for the machine itself or with the token. Counts, nothing personal."""
    if not _may_read_metrics(request):
        raise Http404
    states = Counter(Job.objects.values_list("state", flat=True))
    lines = ["# TYPE allhours_up gauge", "allhours_up 1", "# TYPE allhours_jobs gauge"]
    lines += [f'allhours_jobs{{state="{state}"}} {n}' for state, n in sorted(states.items())]
    if connection.vendor == "sqlite":
        lines += ["# TYPE allhours_database_bytes gauge", f"allhours_database_bytes {_size()}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")


def _size() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _may_read_metrics(request: HttpRequest) -> bool:
    """Straight from this machine (what a proxy passes on is not), or with the bearer token."""
    token = settings.ALLHOURS_METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    return request.META.get("REMOTE_ADDR") in LOOPBACK and "X-Forwarded-For" not in request.headers
