"""Where Django looks for them: the desk's models are all its door's."""

from desk.door.models import App, Invitation

__all__ = ("App", "Invitation")
