from django.urls import path

from demo.inbox import inbox
from demo.phone import phone, phone_of
from demo.services import lead

app_name = "demo"
urlpatterns = [
    path("inbox/", inbox, name="inbox"),
    path("phone/", phone, name="phone"),
    path("phone/<slug:user_id>/", phone_of, name="phone-of"),
    path("service/", lead, name="service"),
]
