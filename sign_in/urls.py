from django.urls import path

from sign_in import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/refused/", views.refused, name="sign-in-refused"),
    path("sign-in/works/", views.works, name="sign-in-works"),
    path("sign-out/", views.sign_out, name="sign-out"),
]
