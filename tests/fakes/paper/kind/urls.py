from django.urls import path

from authenticators.paper import adding_views, proving_views

urlpatterns = [
    path("authenticators/paper/", adding_views.add, name="add"),
    path("authenticators/paper/copy/", adding_views.copy, name="copy"),
    path("sign-in/paper/", proving_views.sign_in, name="sign_in"),
]
