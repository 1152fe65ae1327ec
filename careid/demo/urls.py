from django.urls import path

from careid.demo.inbox import inbox

app_name = "demo"
urlpatterns = [path("inbox/", inbox, name="inbox")]
