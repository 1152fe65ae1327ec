from django.urls import path

from authenticators.passkey import adding_views, proving_views

urlpatterns = [
    path("authenticators/passkey/", adding_views.add, name="add"),
    path("authenticators/passkey/create/", adding_views.create, name="create"),
    path("authenticators/passkey/problem/<slug:reason>/", adding_views.problem, name="problem"),
    path("sign-in/passkey/", proving_views.sign_in, name="sign_in"),
    path("sign-in/passkey/request/", proving_views.renew, name="renew"),
    path(".well-known/webauthn", adding_views.related_origins, name="related-origins"),
]
