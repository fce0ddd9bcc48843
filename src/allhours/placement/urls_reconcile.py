from django.urls import path

from allhours.placement.views import rates, reconcile, unreported

urlpatterns = [
    path("desk/reconcile/", reconcile.runs, name="reconcile"),
    path("desk/reconcile/new/", reconcile.start, name="run-start"),
    path("desk/reconcile/file/", reconcile.start_file, name="run-file"),
    path("desk/reconcile/<int:pk>/", reconcile.run, name="run"),
    path("desk/differences/", reconcile.differences, name="differences"),
    path("desk/differences/<int:pk>/", reconcile.difference, name="difference"),
    path("desk/differences/<int:pk>/close/", reconcile.close, name="difference-close"),
    path("desk/differences/<int:pk>/reopen/", reconcile.reopen, name="difference-reopen"),
    path("desk/unreported/", unreported.unreported, name="unreported"),
    path("desk/unreported/remind/", unreported.remind, name="remind"),
    path("desk/reporting/rates/", rates.rates, name="rates"),
    path("desk/reporting/rates/<slug:measure>/", rates.rows, name="rate-rows"),
]
