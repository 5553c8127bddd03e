"""URLs of the room. allauth's own are not included: its models and mathematics serve, its pages do not."""

from __future__ import annotations

from django.urls import path

from tongxin.foundation.accounts.views import factors, me, sign_in

app_name = "accounts"
urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("second-factor/", sign_in.second_factor, name="second_factor"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("me/", me.me, name="me"),
    path("me/prove/", me.prove, name="prove"),
    path("me/password/", me.change_password, name="change_password"),
    path("me/phone/", me.change_phone, name="change_phone"),
    path("me/devices/<uuid:pk>/end/", me.end_session, name="end_session"),
    path("me/devices/end-others/", me.end_other_sessions, name="end_other_sessions"),
    path("me/export/", me.export_own, name="export_own"),
    path("me/correction/", me.ask_for_correction, name="ask_for_correction"),
    path("me/factors/", factors.second_factors, name="factors"),
    path("me/factors/app/", factors.add_app, name="add_app"),
    path("me/factors/passkey/", factors.add_passkey, name="add_passkey"),
    path("me/factors/<int:pk>/remove/", factors.remove_factor, name="remove_factor"),
    path("me/factors/codes/", factors.recovery_codes, name="recovery_codes"),
]
