"""Columns that a thief of the database can't read, and that don't open in another row."""

import json
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from careid.storing import crypto

if TYPE_CHECKING:  # generic for the type checker alone
    Bytes = models.BinaryField[Any, Any]
    Chars = models.CharField[Any, Any]
else:
    Bytes, Chars = models.BinaryField, models.CharField


class Sealed(bytes):
    """A value as it stands in the database: under its seal."""


def sealed_name(name: str) -> str:
    """Where an instance keeps what the database held, once it was opened."""
    return f"{name} as read"


class _SealedAttribute(DeferredAttribute):
    """Opens on first reading, when the row's key is known."""

    field: "EncryptedTextField"

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        if instance is None:
            return self
        data = instance.__dict__
        name = self.field.attname
        value = data[name] if name in data else super().__get__(instance, cls)
        if isinstance(value, Sealed):
            data[sealed_name(name)] = value
            value = data[name] = self.field.open(value, instance)
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(Bytes):
    """Text under AES-256-GCM, tied to its table, row and field. The row's key must not come from the database."""

    descriptor_class = _SealedAttribute

    def _context(self, instance: models.Model) -> str:
        if instance.pk is None:
            raise TypeError(f"{self.model.__name__} has no key to tie {self.name} to")
        return f"{self.model._meta.db_table}|{instance.pk}|{self.name}"

    def to_bytes(self, value: Any) -> bytes:
        return str(value).encode()

    def from_bytes(self, data: bytes) -> Any:
        return data.decode()

    def open(self, value: bytes, instance: models.Model) -> Any:
        return self.from_bytes(crypto.open(value, context=self._context(instance)))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001  Django's signature
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        return self.seal(value, model_instance)

    def seal(self, value: Any, instance: models.Model) -> Sealed:
        return Sealed(crypto.seal(self.to_bytes(value), context=self._context(instance)))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002  Django's signature
        if value is not None and not isinstance(value, Sealed):
            raise TypeError(f"{self.name} is sealed with its row: set it on the instance and save that")
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, *_: Any) -> Sealed | None:
        return None if value is None else Sealed(value)


class EncryptedJSONField(EncryptedTextField):
    """A JSON value, sealed as EncryptedTextField seals text."""

    def to_bytes(self, value: Any) -> bytes:
        return json.dumps(value, separators=(",", ":")).encode()

    def from_bytes(self, data: bytes) -> Any:
        return json.loads(data)


class FingerprintField(Chars):
    """A fingerprint of `crypto.fingerprint`, and never the value itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 81, **kwargs})

    def get_prep_value(self, value: Any) -> Any:
        if value is not None and (":" not in value or len(value) < 64):
            raise TypeError(f"{self.name} holds a fingerprint, not the value")
        return super().get_prep_value(value)
