"""Changes of a person and mergers of two numbers; included by `urls`."""

from django.urls import include, path

from allhours.directory.views import changes, merges

change_urls = [
    path("", changes.change, name="change"),
    path("accept/", changes.accept, name="change-accept"),
    path("decline/", changes.decline, name="change-decline"),
    path("withdraw/", changes.withdraw, name="change-withdraw"),
]
merge_urls = [
    path("", merges.merge, name="merge"),
    path("approve/", merges.approve, name="merge-approve"),
    path("decline/", merges.decline, name="merge-decline"),
    path("undo/", merges.undo, name="merge-undo"),
]
urlpatterns = [
    path("me/pause/", changes.pause, name="pause"),
    path("me/resume/", changes.resume, name="resume"),
    path("desk/changes/", changes.changes, name="changes"),
    path("desk/changes/<int:pk>/", include(change_urls)),
    path("desk/merges/", merges.merges, name="merges"),
    path("desk/merges/<int:pk>/", include(merge_urls)),
    path("desk/members/<slug:member_no>/changes/", changes.of_member, name="changes-of"),
    path("desk/members/<slug:member_no>/changes/<slug:kind>/", changes.begin, name="change-begin"),
    path("desk/members/<slug:member_no>/merge/", merges.propose, name="merge-new"),
]
