"""The portal's addresses, with those of the mock kinds, which this process does not have from its settings."""

from django.urls import include, path

from careid import urls
from careid.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
MOCKS = ("mock_aal2", "mock_aal3")
urlpatterns = [*urls.urlpatterns, *(path("", include((f"demo.kinds.{slug}.urls", slug))) for slug in MOCKS)]
