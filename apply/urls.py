from django.urls import path

from apply import ask_views, views

urlpatterns = [
    path("apply/code/", views.code, name="apply-code"),
    path("apply/code/again/", views.code_again, name="apply-code-again"),
    path("apply/details/", views.details, name="apply-details"),
    path("apply/sent/", views.sent, name="apply-sent"),
    path("apply/ask/", ask_views.ask, name="apply-ask"),
    path("apply/ask/sent/", ask_views.asked, name="apply-asked"),
    path("apply/<str:token>/", views.link, name="apply"),
]
