"""The desk's models, where Django looks for models: all of them are the door's."""

from desk.door.models import App, Invitation

__all__ = ("App", "Invitation")
