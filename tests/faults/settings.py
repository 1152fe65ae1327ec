"""The product's settings, but that a code lives for less than a minute: so that one can die within a round."""

from datetime import timedelta

from careid.settings import *  # noqa: F403  all of them

CODE_LIFE = timedelta(seconds=40)
CODE_WORTH_SENDING = timedelta(seconds=15)
