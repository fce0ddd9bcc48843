from django.urls import path

from allhours.reports import views

app_name = "reports"
urlpatterns = [
    path("desk/tables/", views.tables, name="tables"),
    path("desk/tables/summary.xlsx", views.workbook, name="workbook"),
    path("desk/rows/<slug:measure>/", views.rows, name="rows"),
    path("desk/ledger/", views.entries, name="ledger"),
    path("desk/registers/", views.registers, name="registers"),
]
