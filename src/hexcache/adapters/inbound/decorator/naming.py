"""What a decorated function's call is called: its key and its tags.

Rule: the same call has the same key however it is written (by position, by name, with or without its defaults); calls
that differ in the type of an argument differ in their key.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from hexcache.adapters.inbound.decorator.template import Template
from hexcache.domain.call_key import function_key
from hexcache.domain.errors import InvalidSetting

KeyMaker: TypeAlias = str | Callable[..., str] | None
TagMaker: TypeAlias = Iterable[str] | Callable[..., Iterable[str]]


class Naming:
    """Keys and tags for the calls of one function.

    Attributes:
        repeatable: the key depends on the arguments alone, so that it may be remembered.
    """

    def __init__(
        self, function: Callable[..., Any], *, key: KeyMaker, tags: TagMaker, version: str, ignore: Iterable[str]
    ) -> None:
        """Prepare the names.

        Raises:
            InvalidSetting: ``ignore`` or a template names something that is not a parameter.
        """
        self._signature = inspect.signature(function)
        parameters = self._signature.parameters
        self._ignore = frozenset([ignore] if isinstance(ignore, str) else ignore)
        unknown = self._ignore - parameters.keys()
        if unknown:
            raise InvalidSetting(f"ignore names {sorted(unknown)}; the parameters are: {', '.join(parameters)}")
        self._function = f"{function.__module__}.{function.__qualname__}"
        self._version = version
        self._key = Template(key, parameters) if isinstance(key, str) else key
        self.repeatable = key is None or isinstance(key, str)
        self._tags: Callable[..., Iterable[str]] | tuple[Template, ...]
        if callable(tags):
            self._tags = tags
        else:
            named = (tags,) if isinstance(tags, str) else tags
            self._tags = tuple(Template(tag, parameters) for tag in named)

    def key(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
        """The key of a call.

        Raises:
            TypeError: the function does not take these arguments.
            InvalidKey: an argument cannot be told from others reliably; name it in ``ignore``, give it a
                ``__cache_key__`` method, or write a key of your own.
        """
        if callable(self._key):
            return self._key(*args, **kwargs)
        bound = self._bound(args, kwargs)
        if self._key is None:
            passed = {name: value for name, value in bound.items() if name not in self._ignore}
            return function_key(self._function, self._version, passed)
        rendered = self._key.render(bound)
        return f"{rendered}@{self._version}" if self._version else rendered

    def tags(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Iterable[str]:
        """The tags of a call."""
        if callable(self._tags):
            return self._tags(*args, **kwargs)
        if not self._tags:
            return ()
        bound = self._bound(args, kwargs)
        return [tag.render(bound) for tag in self._tags]

    def _bound(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Mapping[str, Any]:
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return bound.arguments
