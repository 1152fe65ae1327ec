"""Whether somebody of the desk is who applies, as far as addresses tell: an account's name is one too."""

from django.contrib.auth.models import User

from apply.models import Application
from careid.trail import actors


def is_accounts(user: User, application: Application) -> bool:
    """Whether the application is that of the person whose account it is."""
    return application.invitation.email.lower() in {user.email.lower(), user.get_username().lower()}


def is_actors(actor: str, application: Application) -> bool:
    """The same, of whoever the trail names so; never of a command."""
    key = actors.admin_key(actor)
    user = None if key is None else User.objects.filter(pk=key).first()
    return user is not None and is_accounts(user, application)
