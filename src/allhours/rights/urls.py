from __future__ import annotations

from django.urls import path

from allhours.rights.views import consents, corrections, erasures, keeping, mine

app_name = "rights"
urlpatterns = [
    path("me/data/", mine.mine, name="mine"),
    path("me/data/copy/", mine.ask_copy, name="copy-ask"),
    path("me/data/copy/<str:code>/", mine.take_copy, name="copy-take"),
    path("me/data/correction/", mine.ask_correction, name="correction-ask"),
    path(
        "me/data/correction/<str:code>/withdraw/",
        mine.withdraw_correction,
        name="correction-withdraw",
    ),
    path("me/data/consent/<str:kind>/", mine.consent, name="consent"),
    path("me/data/erasure/", mine.ask_erasure, name="erasure-ask"),
    path("me/data/erasure/undo/", mine.undo_erasure, name="erasure-undo-own"),
    path("desk/rights/corrections/", corrections.corrections, name="corrections"),
    path("desk/rights/corrections/<str:code>/", corrections.correction, name="correction"),
    path(
        "desk/rights/corrections/<str:code>/accept/", corrections.accept, name="correction-accept"
    ),
    path(
        "desk/rights/corrections/<str:code>/decline/",
        corrections.decline,
        name="correction-decline",
    ),
    path("desk/rights/erasures/", erasures.erasures, name="erasures"),
    path("desk/rights/erasures/new/", erasures.propose, name="erasure-propose"),
    path("desk/rights/erasures/<str:code>/", erasures.erasure, name="erasure"),
    path("desk/rights/erasures/<str:code>/approve/", erasures.approve, name="erasure-approve"),
    path("desk/rights/erasures/<str:code>/decline/", erasures.decline, name="erasure-decline"),
    path("desk/rights/erasures/<str:code>/undo/", erasures.undo, name="erasure-undo"),
    path("desk/rights/consents/", consents.register, name="consents"),
    path("desk/rights/retention/", keeping.retention, name="retention"),
    path("desk/rights/list/", keeping.data_list, name="data-list"),
    path("desk/rights/list.pdf", keeping.data_list_pdf, name="data-list-pdf"),
]
