"""The desk's pages that take a file: give it, look at what stands in it, take it, and see how far it is.

Two parts of the desk have them: who is to be invited, and whom a service's move is about. Nothing is done with a file
before whoever gave it has looked at it; nobody else sees what stands in it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from careid.errors import Refused
from careid.people import spreadsheets, staging
from careid.people.spreadsheets import BadFile
from careid.people.uploads import Upload
from careid.trail import actors
from desk.door import sessions
from desk.file_forms import NONE, FileForm, WishForm
from enrolment.journey import PAGE_METHODS

SHOWN: Final = 200  # lines with an error, on the page
AGAIN_AFTER: Final = 5  # seconds, until the page of a file that is under way is asked for again
REFUSED: Final = {
    "taken": "This file was taken, or given up, in the meantime.",
    "faults": "A line has an error, so nothing was done. Mend the file, or take the lines without an error.",
    "nothing": "No line of this file can be taken.",
}


@dataclass(frozen=True)
class Column:
    """A column of a file: its name on the first line, what it holds, and an example of that."""

    name: str
    tells: str
    example: str


@dataclass(frozen=True)
class Taking:
    """What the pages of one sort of file need to know. `row` is what the file is for, None where it is for nothing."""

    url: str  # the name of its first page; the others end in _template and _given
    purpose: Upload.Purpose
    permission: str
    title: str
    tells: str  # what becomes of the people in it
    columns: tuple[Column, ...]
    judge: Callable[[HttpRequest, Any, BinaryIO], Upload]  # BadFile, with words
    take: Callable[[HttpRequest, Any, Upload, str], object]  # wanted: all or valid. Refused: of REFUSED, or `refused`
    verb: str  # "Invite", on its button, before how many
    doing: str  # "Inviting people", while it goes on
    done: str  # "invited", of people
    brings: Callable[[Upload], list[str]] = lambda _: []  # lines about what the good ones would bring
    refused: tuple[tuple[str, str], ...] = ()


class FilePages:
    """The pages beneath a list's, or a row's where they have its `pk`. `desk` is the ModelAdmin."""

    def __init__(self, desk: Any, taking: Taking) -> None:
        self.desk, self.taking = desk, taking

    def urls(self, prefix: str) -> list[URLPattern]:
        """`prefix` is the first page's address beneath the list's: `file/`, `<int:pk>/people/`."""
        view, url = self.desk.admin_site.admin_view, self.taking.url
        return [
            path(prefix, view(require_http_methods(PAGE_METHODS)(self.give)), name=url),
            path(f"{prefix}template/", view(require_safe(self.template)), name=f"{url}_template"),
            path(f"{prefix}<uuid:one>/", view(require_http_methods(PAGE_METHODS)(self.given)), name=f"{url}_given"),
        ]

    def give(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Ask for a file, and lead to what stands in it."""
        row = self._row(request, pk)
        form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
        if form.is_bound and form.is_valid():
            try:
                upload = self.taking.judge(request, row, form.cleaned_data["file"])
            except BadFile as bad:
                form.add_error("file", f"{bad}")
            else:
                return redirect(self._address("_given", pk, upload.pk))
        context = {"form": form, "template": self._address("_template", pk)}
        return self._page(request, row, "admin/desk/upload.html", context, status=422 if form.errors else 200)

    def template(self, request: HttpRequest, pk: int | None = None) -> HttpResponseBase:
        """A file with the columns' names alone, to fill in."""
        self._row(request, pk)
        names = [column.name for column in self.taking.columns]
        response = HttpResponse(b"".join(map(str.encode, spreadsheets.as_csv([names]))), content_type="text/csv")
        response.headers["Content-Disposition"] = f'attachment; filename="{self.taking.purpose}.csv"'
        return response

    def given(self, request: HttpRequest, one: UUID, pk: int | None = None) -> HttpResponse:
        """What stands in a file, and how far it is; a POST takes it, or gives it up."""
        row = self._row(request, pk)
        upload = self._upload(request, one, pk)
        if request.method == "POST":
            return self._answered(request, row, upload, pk)
        return self._shown(request, row, upload)

    def _answered(self, request: HttpRequest, row: Any, upload: Upload, pk: int | None) -> HttpResponse:
        here = self._address("_given", pk, upload.pk)
        wish = WishForm(request.POST)
        wanted = wish.cleaned_data["wanted"] if wish.is_valid() else ""
        if wanted == NONE:
            if staging.give_up(upload=upload):
                messages.success(request, "The file was given up. Nothing was done with it.")
            return redirect(self._address("", pk))
        if not wanted:
            messages.error(request, "Choose what to do with the file.")
        elif not sessions.is_fresh(request):
            return sessions.ask_again(request)
        else:
            self._take(request, row, upload, wanted)
        return redirect(here)

    def _take(self, request: HttpRequest, row: Any, upload: Upload, wanted: str) -> None:
        try:
            self.taking.take(request, row, upload, wanted)
        except Refused as refused:
            words = REFUSED | dict(self.taking.refused)
            messages.error(request, words.get(refused.reason, refused.reason))

    def _shown(self, request: HttpRequest, row: Any, upload: Upload) -> HttpResponse:
        lines = upload.lines.order_by("number")
        context: dict[str, Any] = {"upload": upload, "good": upload.rows - upload.failed, "shown": SHOWN}
        if upload.state == Upload.State.JUDGED:
            context |= {"faults": list(lines.exclude(fault="").defer("note")[:SHOWN])}
            context |= {"brings": self.taking.brings(upload) if context["good"] else []}
        else:
            context |= {"through": lines.filter(done=True).count()}
        response = self._page(request, row, "admin/desk/upload_given.html", context)
        if upload.state == Upload.State.TAKEN:
            # A browser without JavaScript does so too; and it keeps no session alive.
            response.headers["Refresh"] = f"{AGAIN_AFTER}; url={request.path}?{sessions.ALONE}"
        return response

    def _page(
        self, request: HttpRequest, row: Any, template: str, context: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        head = {
            **self.desk.admin_site.each_context(request),
            "opts": self.desk.opts,
            "title": self.taking.title,
            "taking": self.taking,
            "row": row,
            "first": self._address("", row and row.pk),
            "back": self.desk.back(row) if row else "",
        }
        return TemplateResponse(request, template, head | context, status=status)

    def _address(self, page: str, pk: int | None, *more: object) -> str:
        return reverse(f"admin:{self.taking.url}{page}", args=[*([] if pk is None else [pk]), *more])

    def _row(self, request: HttpRequest, pk: int | None) -> Any:
        row = None if pk is None else self.desk.row(request, str(pk))
        if not request.user.has_perm(self.taking.permission):
            raise PermissionDenied
        return row

    def _upload(self, request: HttpRequest, one: UUID, pk: int | None) -> Upload:
        own = {
            "by": actors.admin(request.user.pk),
            "purpose": self.taking.purpose,
            "about": "" if pk is None else str(pk),
        }
        upload = Upload.objects.filter(pk=one, **own).first()
        if upload is None:
            raise Http404
        return upload
