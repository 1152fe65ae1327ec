"""The list of people, with what each of a page has."""

from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest

from authenticators.models import Authenticator


class People(ChangeList):
    """Django's, with the kinds of each person on the page: one statement for all of them."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list: Any = list(self.result_list)
        live = Authenticator.objects.filter(Authenticator.live(), profile__in=self.result_list)
        found = sorted(set(live.values_list("profile", "kind")))
        for profile in self.result_list:
            profile.kinds = [kind for pk, kind in found if pk == profile.pk]
