from django.urls import path

from authenticators.nhsnet import adding_views, callback, proving_views

urlpatterns = [
    path("authenticators/nhsnet/", adding_views.add, name="add"),
    path("authenticators/nhsnet/callback/", callback.callback, name="callback"),
    path("authenticators/nhsnet/problem/<slug:reason>/", adding_views.problem, name="problem"),
    path("sign-in/nhsnet/", proving_views.sign_in, name="sign_in"),
]
