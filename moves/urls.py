from django.urls import path

from moves import views

urlpatterns = [
    path("move/<str:token>/", views.person, name="move"),
    path("moves/<slug:slug>/", views.move, name="moves"),
]
