"""The rooms' models under one label: Django finds them here, and the first migration what it calls."""

from careid.limits.models import LimitCount
from careid.people.models import Organisation, Profile, new_user_handle
from careid.people.replaced import Replaced
from careid.people.roles import Role
from careid.people.services import Service
from careid.people.uploads import Upload, UploadLine
from careid.post.models import Mail
from careid.trail.models import Event, Seal, event_names

__all__ = [
    "Event",
    "LimitCount",
    "Mail",
    "Organisation",
    "Profile",
    "Replaced",
    "Role",
    "Seal",
    "Service",
    "Upload",
    "UploadLine",
    "event_names",
    "new_user_handle",
]
