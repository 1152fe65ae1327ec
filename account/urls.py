from django.urls import path

from account import proved_views, views

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/add/", proved_views.add, name="account-add"),
    path("account/stay/", views.stay, name="account-stay"),
    path("account/<uuid:pk>/name/", views.name, name="account-name"),
    path("account/<uuid:pk>/remove/", proved_views.remove, name="account-remove"),
    path("account/sessions/end/", views.end_sessions, name="account-sessions-end"),
    path("account/sessions/<uuid:pk>/end/", views.end_session, name="account-session-end"),
    path("account/sign-ins/<uuid:pk>/not-me/", proved_views.not_me, name="account-not-me"),
]
