"""The mock of level 2."""

from demo.kinds import mock

KIND = mock.kind(2)
