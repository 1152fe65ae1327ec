from django.urls import path

from demo.kinds.mock_aal2 import proving_views

urlpatterns = [path("sign-in/mock_aal2/", proving_views.sign_in, name="sign_in")]
