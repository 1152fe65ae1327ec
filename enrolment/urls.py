from django.urls import path

from enrolment import assisted_page, help_pages, picture_views, views

urlpatterns = [
    path("", views.start, name="start"),
    path("details/", views.details, name="details"),
    path("details/proof/", picture_views.challenge, name="proof"),
    path("code/", views.code, name="code"),
    path("code/again/", views.code_again, name="code-again"),
    path("problem/", views.problem, name="problem"),
    path("expired/", views.expired, name="expired"),
    path("restart/", views.restart, name="restart"),
    path("carry-on/", views.carry_on, name="carry-on"),
    path("assisted/<str:token>/", assisted_page.page, name="assisted"),
    path("captcha/image/<slug:key>/", picture_views.image, name="captcha-image"),
    path("captcha/refresh/", picture_views.refresh, name="captcha-refresh"),
    *(path(f"help/{name}/", help_pages.page, {"name": name}, name=f"help-{name}") for name in help_pages.PAGES),
]
