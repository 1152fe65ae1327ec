"""Whose rows an admin sees: those of their own organisations. A superuser's are all."""

from typing import Any, ClassVar, NoReturn, TypeVar

from django.contrib.admin.utils import unquote
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from careid.people import replaced
from careid.people.models import Organisation, Profile
from desk.read_only import Listed, ReadOnly

Row = TypeVar("Row", bound=Model)


def organisations(user: AbstractBaseUser | AnonymousUser) -> "QuerySet[Organisation]":
    """The organisations that the admin looks after."""
    if not isinstance(user, User):
        return Organisation.objects.none()
    return Organisation.objects.all() if user.is_superuser else Organisation.objects.filter(staff=user)


def codes(user: AbstractBaseUser | AnonymousUser) -> list[str]:
    """In whose trail an admin's work stands that is about nobody: of the organisations they look after.

    None for a superuser, who looks after all: the operators' own part of the trail has it.
    """
    if isinstance(user, User) and user.is_superuser:
        return []
    return list(organisations(user).order_by("code").values_list("code", flat=True))


def held(rows: "QuerySet[Row]", user: AbstractBaseUser | AnonymousUser, path: str) -> "QuerySet[Row]":
    """The rows that the admin may see; `path` leads from a row to its organisation's code.

    The organisations are asked for first: the planner knows how many rows a value has where the statement names it.
    """
    if isinstance(user, User) and user.is_superuser:
        return rows
    theirs = list(organisations(user).order_by("pk").values_list("pk", "code"))
    if path.endswith("organisation__code"):
        return rows.filter(**{f"{path.removesuffix('__code')}__in": [pk for pk, _ in theirs]})
    return rows.filter(**{f"{path}__in": [code for _, code in theirs]})


def is_own(user: AbstractBaseUser | AnonymousUser, profile: Profile) -> bool:
    """Whether the profile is the admin's own, as far as addresses tell: an account's name is one too."""
    mine = {getattr(user, "email", "").lower(), user.get_username().lower()}
    return bool((mine & _addresses(profile)) - {""})


def _addresses(profile: Profile) -> set[str]:
    """Kept with the row that a request read, whose page asks for each thing that hangs on it."""
    kept: set[str] | None = vars(profile).get("lower_addresses")
    if kept is None:
        found = (*replaced.addresses(profile), profile.previous_email or "")
        kept = vars(profile)["lower_addresses"] = {address.lower() for address in found}
    return kept


class Scoped(Listed):
    """Rows of the admin's own organisations. The rows of others are not there: 404, whatever the way."""

    within: ClassVar[str]  # from a row to its organisation's code

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        return self.theirs(super().get_queryset(request), request)

    def theirs(self, rows: "QuerySet[Any]", request: HttpRequest) -> "QuerySet[Any]":
        """Those of the rows that this admin may see."""
        return held(rows, request.user, self.within)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method == "POST" and object_id is not None:
            self._be_there(request, object_id)
        page: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        return page

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self._be_there(request, object_id)
        return super().delete_view(request, object_id, extra_context)

    def _be_there(self, request: HttpRequest, object_id: str) -> None:
        # Django asks for the right first, and its 403 is the same for every row; ours is 404 for what is not theirs.
        if self.get_object(request, unquote(object_id)) is None:
            raise Http404

    def _get_obj_does_not_exist_redirect(self, *_: Any) -> NoReturn:
        raise Http404  # Django would lead to the index, and say which row there is none of


class ScopedReadOnly(Scoped, ReadOnly):
    """Rows of the admin's own organisations, only looked at."""
