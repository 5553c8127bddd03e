"""URLs of the grass-roots room: sessions, who came to them, what they suggested, registers of past years."""

from __future__ import annotations

from django.urls import path

from tongxin.activities.grassroots.views import (
    sessions,
    sessions_hold,
    sessions_ledger,
    sessions_papers,
    sessions_plan,
)

urlpatterns = [
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/export/", sessions.export, name="sessions_export"),
    path("sessions/new/", sessions_plan.new, name="session_new"),
    path("sessions/ledger/", sessions_ledger.ledger, name="session_ledger"),
    path("sessions/ledger/template/", sessions_ledger.template, name="session_ledger_template"),
    path("sessions/ledger/undo/", sessions_ledger.undo, name="session_ledger_undo"),
    path("attendances/", sessions.attendances, name="attendances"),
    path("suggestions/", sessions.suggestions, name="suggestions"),
    path("sessions/<uuid:pk>/", sessions.session, name="session"),
    path("sessions/<uuid:pk>/code/", sessions.code, name="session_code"),
    path("sessions/<uuid:pk>/edit/", sessions_plan.edit, name="session_edit"),
    path("sessions/<uuid:pk>/people/", sessions_plan.people, name="session_people"),
    path(
        "sessions/<uuid:pk>/people/<uuid:attendee>/remove/",
        sessions_plan.remove_person,
        name="session_remove_person",
    ),
    path("sessions/<uuid:pk>/invitation/", sessions_plan.invitation, name="session_invitation"),
    path("sessions/<uuid:pk>/announce/", sessions_plan.announce, name="session_announce"),
    path("sessions/<uuid:pk>/cancel/", sessions_plan.cancel, name="session_cancel"),
    path("sessions/<uuid:pk>/answer/", sessions_hold.answer, name="session_answer"),
    path("sessions/<uuid:pk>/begin/", sessions_hold.begin, name="session_begin"),
    path("sessions/<uuid:pk>/record/", sessions_hold.record, name="session_record"),
    path("sessions/<uuid:pk>/attendance/", sessions_hold.attendance, name="session_attendance"),
    path("sessions/<uuid:pk>/say/", sessions_hold.say, name="session_say"),
    path("sessions/<uuid:pk>/said/<uuid:said>/remove/", sessions_hold.unsay, name="session_unsay"),
    path("sessions/<uuid:pk>/archive/", sessions_hold.archive, name="session_archive"),
    path("sessions/<uuid:pk>/reopen/", sessions_hold.reopen, name="session_reopen"),
    path("sessions/<uuid:pk>/sheet/", sessions_papers.sheet, name="session_sheet"),
    path("sessions/<uuid:pk>/sheet.pdf", sessions_papers.sheet_pdf, name="session_sheet_pdf"),
    path("sessions/<uuid:pk>/papers/", sessions_papers.papers, name="session_papers"),
    path(
        "sessions/<uuid:pk>/papers/<uuid:file>/remove/",
        sessions_papers.remove_paper,
        name="session_remove_paper",
    ),
]
