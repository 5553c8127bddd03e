"""URLs of the grass-roots room: appraisal, subsidy and the heads' reports."""

from __future__ import annotations

from django.urls import path

from tongxin.activities.grassroots.views import appraisal, reports, scores

urlpatterns = [
    path("appraisal/", appraisal.schemes, name="schemes"),
    path("appraisal/new/", appraisal.new_scheme, name="new_scheme"),
    path("appraisal/<uuid:pk>/", appraisal.scheme, name="scheme"),
    path("appraisal/<uuid:pk>/edit/", appraisal.edit_scheme, name="edit_scheme"),
    path("appraisal/<uuid:pk>/money/", appraisal.change_money, name="change_money"),
    path("appraisal/<uuid:pk>/open/", appraisal.open_scheme, name="open_scheme"),
    path("appraisal/<uuid:pk>/approve/", appraisal.approve_scheme, name="approve_scheme"),
    path("appraisal/<uuid:pk>/list.pdf", appraisal.award_paper, name="award_paper"),
    path("appraisal/<uuid:pk>/list.xlsx", appraisal.award_table, name="award_table"),
    path("appraisal/scores/<uuid:pk>/", scores.score, name="score"),
    path("appraisal/scores/<uuid:pk>/self/", scores.score_self, name="score_self"),
    path("appraisal/scores/<uuid:pk>/check/", scores.check_score, name="check_score"),
    path("appraisal/scores/<uuid:pk>/give-back/", scores.give_back_score, name="give_back_score"),
    path("reports/", reports.reports, name="reports"),
    path("reports/begin/<uuid:node>/<int:year>/", reports.begin_report, name="begin_report"),
    path("reports/<uuid:pk>/", reports.report, name="report"),
    path("reports/<uuid:pk>/edit/", reports.edit_report, name="edit_report"),
    path("reports/<uuid:pk>/autosave/", reports.autosave_report, name="autosave_report"),
    path("reports/<uuid:pk>/submit/", reports.submit_report, name="submit_report"),
    path("reports/<uuid:pk>/give-back/", reports.give_back_report, name="give_back_report"),
    path("reports/<uuid:pk>/review/", reports.review_report, name="review_report"),
    path("reports/<uuid:pk>/archive/", reports.archive_report, name="archive_report"),
    path("reports/<uuid:pk>/report.pdf", reports.report_paper, name="report_paper"),
]
