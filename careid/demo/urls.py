from django.urls import path

from careid.demo.inbox import inbox
from careid.demo.phone import phone

app_name = "demo"
urlpatterns = [path("inbox/", inbox, name="inbox"), path("phone/", phone, name="phone")]
