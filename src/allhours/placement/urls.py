from django.urls import path

from allhours.placement.urls_partnership import urlpatterns as partnership_urls
from allhours.placement.urls_reconcile import urlpatterns as reconcile_urls
from allhours.placement.views import (
    community,
    county,
    letters,
    member,
    printing,
    scan,
    unit,
)

app_name = "placement"

county_urls = [
    path("desk/placement/", county.rounds, name="rounds"),
    path("desk/placement/unplaced/", county.unplaced, name="unplaced"),
    path("desk/placement/members/<int:pk>/", county.place, name="place"),
    path("desk/placement/<int:pk>/", county.show_round, name="round"),
    path("desk/placement/<int:pk>/solve/", county.solve_round, name="solve"),
    path("desk/placement/<int:pk>/adopt/", county.adopt_round, name="adopt"),
    path("desk/placement/<int:pk>/drop/", county.drop_round, name="drop"),
    path("desk/placement/proposals/<int:pk>/", county.proposal, name="proposal"),
    path("desk/placement/proposals/<int:pk>/move/", county.move_proposal, name="move"),
    path("desk/placement/proposals/<int:pk>/lock/", county.set_lock, name="lock"),
    path("desk/placement/proposals/<int:pk>/answer/", county.answer, name="answer"),
]
unit_urls = [
    path("desk/letters/", letters.letters, name="letters"),
    path("desk/letters/issued/", letters.issued, name="issued"),
    path("desk/letters/issue/", letters.issue_all, name="issue-all"),
    path("desk/letters/present/", letters.present_collectively, name="present-collectively"),
    path("desk/letters/<int:pk>/issue/", letters.issue, name="issue"),
    path("desk/letters/<int:pk>/print/", letters.print_letter, name="print-letter"),
    path("desk/letters/<int:pk>/void/", letters.void, name="void"),
    path("desk/letters/<int:pk>/reissue/", letters.reissue, name="reissue"),
    path("desk/letters/<int:pk>/again/", letters.again, name="again"),
    path("desk/letters/<int:pk>/another/", letters.ask_another, name="ask-another"),
    path("desk/receipts/", letters.receipts, name="receipts"),
    path("desk/receipts/acknowledge/", letters.acknowledge, name="acknowledge"),
    path("desk/sheets/<slug:code>/", printing.sheet, name="sheet"),
    path("desk/sheets/<slug:code>/make/", printing.make_sheet, name="make-sheet"),
    path("desk/excusals/", unit.excusals, name="excusals"),
    path("desk/excusals/members/<int:pk>/", unit.excuse, name="excuse"),
    path("desk/excusals/<int:pk>/", unit.excusal, name="excusal"),
    path("desk/excusals/<int:pk>/extend/", unit.extend_excusal, name="extend-excusal"),
    path("desk/excusals/<int:pk>/end/", unit.end_excusal, name="end-excusal"),
]
community_urls = [
    path("desk/reporting/", community.desk_home, name="reporting"),
    path("desk/reporting/here/", community.here, name="here"),
    path("desk/reporting/code/", community.by_code, name="by-code"),
    path("desk/reporting/stack/", community.receive_stack, name="receive-stack"),
    path("desk/reporting/<int:pk>/", community.show, name="placement"),
    path("desk/reporting/receipts/", community.branch_receipts, name="branch-receipts"),
    path(
        "desk/reporting/receipts/acknowledge/",
        community.acknowledge_branch,
        name="acknowledge-branch",
    ),
    path("desk/reporting/scan/<slug:code>/", scan.scan_here, name="scan-here"),
    path("desk/reporting/<int:pk>/move/", community.move, name="move-place"),
    path("desk/reporting/<int:pk>/acknowledge/", community.acknowledge_one, name="acknowledge-one"),
    path("desk/reporting/<int:pk>/present/", community.present, name="present"),
    path("desk/reporting/<int:pk>/receive/", community.receive, name="receive"),
    path("desk/reporting/<int:pk>/return/", community.give_back, name="return"),
    path("desk/reporting/<int:pk>/end/", community.end, name="end"),
]
member_urls = [
    path("me/reporting/", member.mine, name="mine"),
    path("me/reporting/present/", member.present, name="present-mine"),
    path("me/reporting/contest/", member.contest, name="contest"),
    path("me/reporting/letter/", member.letter, name="my-letter"),
    path("me/reporting/receipt/", member.receipt, name="my-receipt"),
    path("letters/<slug:code>/", scan.scan, name="scan"),
]
urlpatterns = [
    *county_urls,
    *unit_urls,
    *community_urls,
    *member_urls,
    *reconcile_urls,
    *partnership_urls,
]
