"""The mock of level 3."""

from demo.kinds import mock

KIND = mock.kind(3)
