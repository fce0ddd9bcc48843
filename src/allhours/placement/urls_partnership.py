from django.urls import path

from allhours.placement.views import partnerships, unit_reports

urlpatterns = [
    path("desk/unit-reports/", unit_reports.register, name="unit-reports"),
    path("desk/unit-reports/new/", unit_reports.present, name="unit-report-new"),
    path("desk/unit-reports/<int:pk>/", unit_reports.show, name="unit-report"),
    path("desk/unit-reports/<int:pk>/receive/", unit_reports.receive, name="unit-report-receive"),
    path("desk/unit-reports/<int:pk>/return/", unit_reports.give_back, name="unit-report-return"),
    path("desk/unit-reports/<int:pk>/end/", unit_reports.end, name="unit-report-end"),
    path("desk/pairings/", partnerships.pairing_list, name="pairings"),
    path("desk/pairings/new/", partnerships.pairing_new, name="pairing-new"),
    path("desk/pairings/<int:pk>/", partnerships.pairing, name="pairing"),
    path("desk/pairings/<int:pk>/agree/", partnerships.agree, name="pairing-agree"),
    path("desk/pairings/<int:pk>/decline/", partnerships.decline, name="pairing-decline"),
    path("desk/pairings/<int:pk>/end/", partnerships.pairing_end, name="pairing-end"),
    path("desk/pairings/<int:pk>/visits/", partnerships.pairing_visit, name="pairing-visit"),
    path("desk/contact-points/", partnerships.point_list, name="contact-points"),
    path("desk/contact-points/new/", partnerships.point_new, name="contact-point-new"),
    path("desk/contact-points/<int:pk>/", partnerships.point, name="contact-point"),
    path("desk/contact-points/<int:pk>/end/", partnerships.point_end, name="contact-point-end"),
    path(
        "desk/contact-points/<int:pk>/visits/",
        partnerships.point_visit,
        name="contact-point-visit",
    ),
    path("desk/visits/", partnerships.visit_list, name="visits"),
    path("desk/matters/<int:pk>/handle/", partnerships.handle, name="matter-handle"),
]
