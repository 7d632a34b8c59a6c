"""A canonical encoding of values: equal bytes for the same value, different bytes for different ones.

Rule: the encoding is injective over everything that it accepts. Each value begins with a letter for its type and says
its own length, so no two structures run together; what has no order (keyword arguments, members of a dict or a set) is
put in order of its encoding. Whatever is not accepted is refused by name and place: ``repr``, ``id`` and ``hash`` are
never asked, since they differ between processes or agree between different values.

=============================== ====================================================================================
accepted                        what tells two apart
=============================== ====================================================================================
None, bool, int, str, bytes,    type and value: ``1``, ``True``, ``1.0`` and ``"1"`` are four
bytearray, UUID, date, timedelta
float, complex                  the bits: ``0.0`` and ``-0.0`` are two; every nan is the same one
Decimal                         the digits: ``1.0`` and ``1.00`` are two
datetime, time                  the fields, fold, and the zone: its offset and name, or its key in the zone database
list, tuple, dict, set,         exact type and members; the order of a dict does not count
frozenset
Enum, pathlib's paths           class, name and value; class and POSIX text
dataclass, NamedTuple, attrs,   class, and its fields by name (of a model also the extras); what is not a field
msgspec Struct, pydantic model  (private attributes, cached properties) does not count
a class, a generic such as      class, and what it declares: JSON schema of a pydantic model, members of an Enum, else
``list[int]``                   annotations with the classes in them
an object with                  class, and the value that ``__cache_key__()`` returns
``__cache_key__``
=============================== ====================================================================================

Classes count by module and qualified name. A subclass of a built-in type that is none of the above is refused.
"""

from hexcache.domain.canonical.walk import canonical

__all__ = ["canonical"]
