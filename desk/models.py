"""The desk's models, where Django looks for models: all of them are the door's."""

from desk.door import models as door

__all__ = ("door",)
