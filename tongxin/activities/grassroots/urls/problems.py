"""URLs of the grass-roots room: the ledger of problems."""

from __future__ import annotations

from django.urls import path

from tongxin.activities.grassroots.views import problem_steps, problems

urlpatterns = [
    path("problems/", problems.problems, name="problems"),
    path("problems/add/", problems.add_problem, name="add_problem"),
    path("problems/confirm/", problems.confirm_problems, name="confirm_problems"),
    path("problems/export/", problems.export_problems, name="export_problems"),
    path("problems/register/", problems.problem_register, name="problem_register"),
    path("problems/<uuid:pk>/", problems.problem, name="problem"),
    path("problems/<uuid:pk>/sign/", problem_steps.sign_problem, name="sign_problem"),
    path("problems/<uuid:pk>/report/", problem_steps.report_problem, name="report_problem"),
    path("problems/<uuid:pk>/check/", problem_steps.check_problem, name="check_problem"),
    path("problems/<uuid:pk>/change/", problem_steps.change_problem, name="change_problem"),
    path("problems/<uuid:pk>/give-up/", problem_steps.give_up_problem, name="give_up_problem"),
    path("problems/<uuid:pk>/look-back/", problem_steps.look_back, name="look_back"),
    path("problems/<uuid:pk>/reopen/", problem_steps.reopen_problem, name="reopen_problem"),
    path("problems/<uuid:pk>/disclose/", problem_steps.disclose_problem, name="disclose_problem"),
]
