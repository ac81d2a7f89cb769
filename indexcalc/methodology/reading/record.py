"""Frozen records made from annotations, without generated code.

A rule has some eighty kinds of block, whose fields know how they are written and read; a record keeps
those that were written apart from defaults.  To a type checker they are frozen, keyword-only
dataclasses.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import FrozenInstanceError
from types import MappingProxyType
from typing import Any, ClassVar, Final, Self, dataclass_transform

MISSING: Final = object()
_NO_FIELDS: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Record:
    """Base of all records; an annotation is a field, its value the default."""

    defaults: ClassVar[Mapping[str, Any]] = _NO_FIELDS
    """Field names in order with their defaults (``MISSING``: must be given)."""
    uncompared: ClassVar[frozenset[str]] = frozenset()
    """Fields that do not count when records are compared."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        fields: dict[str, Any] = {}
        for base in cls.__bases__:
            fields.update(getattr(base, "defaults", {}))
        for name, annotation in inspect.get_annotations(cls).items():
            if not str(annotation).startswith("ClassVar"):
                fields[name] = cls.__dict__.get(name, MISSING)
        cls.defaults = MappingProxyType(fields)

    def __init__(self, **given: Any) -> None:
        fields = self.defaults
        if unknown := given.keys() - fields.keys():
            raise TypeError(f"{type(self).__name__} has no field {', '.join(sorted(unknown))}")
        for name, default in fields.items():
            if default is MISSING and name not in given:
                raise TypeError(f"{type(self).__name__} needs {name}")
        self.__dict__.update(given)

    def changed(self, **changes: Any) -> Self:
        """The same record with some fields changed."""
        values = {name: self.__dict__[name] for name in self.defaults if name in self.__dict__}
        return type(self)(**(values | changes))

    __replace__ = changed

    def __setattr__(self, name: str, value: Any) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(
            getattr(self, name) == getattr(other, name)
            for name in self.defaults
            if name not in self.uncompared
        )

    def __hash__(self) -> int:
        values = (getattr(self, name) for name in self.defaults if name not in self.uncompared)
        return hash(tuple(tuple(v.items()) if isinstance(v, Mapping) else v for v in values))

    def __repr__(self) -> str:
        fields = ", ".join(
            f"{name}={self.__dict__[name]!r}" for name in self.defaults if name in self.__dict__
        )
        return f"{type(self).__name__}({fields})"
