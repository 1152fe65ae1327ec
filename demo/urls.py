from django.urls import path

from demo.inbox import inbox
from demo.phone import phone

app_name = "demo"
urlpatterns = [path("inbox/", inbox, name="inbox"), path("phone/", phone, name="phone")]
