"""A file is taken on two pages of the desk alone, from whoever is in there; everywhere else a request has none."""

import re
from io import BytesIO
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

PAGES: Final = re.compile(r"/admin/(?:apply/invitation/file|moves/move/[0-9]{1,18}/people)/")
_TAKEN: Final = "a_file_is_taken"


def is_asked_for(request: HttpRequest) -> bool:
    """Whether this request may bring a file, whoever sent it."""
    return request.method == "POST" and bool(PAGES.fullmatch(request.path_info))


def most(request: HttpRequest) -> int:
    """How many bytes the request may have. More than a form's are read only of whom `take` let in."""
    return settings.UPLOAD_MOST if is_asked_for(request) else settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def take(request: HttpRequest) -> None:
    """Let this request bring its file: who sent it is in, and a file is asked for."""
    vars(request)[_TAKEN] = True


class OneFile(FileUploadHandler):
    """Takes the file of a request that `take` let in, in memory. TooManyFilesSent where any other has one."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if self.request is None or _TAKEN not in vars(self.request):
            raise TooManyFilesSent("a file where none is taken")
        super().new_file(*args, **kwargs)
        self.kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.kept.seek(0)
        told = (self.field_name, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra)
        return InMemoryUploadedFile(self.kept, *told)
