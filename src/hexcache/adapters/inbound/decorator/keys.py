"""Keys and tags of a decorated function's calls.

Rule: a call has one key however it is written: arguments are bound to parameters and defaults filled in before anything
is made of them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from hexcache.adapters.inbound.decorator.naming import function_name
from hexcache.adapters.inbound.decorator.templates import Template
from hexcache.domain.call_key import function_key
from hexcache.domain.errors import InvalidKey, InvalidSetting, InvalidTag
from hexcache.domain.tag import check_tags

KeySource: TypeAlias = str | Callable[..., str] | None
"""How keys are made: a template, a function of the call's arguments, or from function and arguments."""

TagSource: TypeAlias = Iterable[str] | Callable[..., Iterable[str]]
"""How tags are made: templates, or a function of the call's arguments."""

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class CallNames:
    """Makes keys and tags for the calls of one function.

    Attributes:
        lasting: whether the same arguments always give the same key, so that it may be remembered.
        skip: how many leading arguments are not looked at (an ignored ``self``).
        single: whether the function has exactly one parameter, which can be passed by position.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        key: KeySource = None,
        tags: TagSource = (),
        name: str | None = None,
        version: str = "",
        ignore: Iterable[str] = (),
    ) -> None:
        """Check what was asked.

        Raises:
            InvalidSetting: a template or an ignored name does not fit the function, or two options contradict.
            InvalidTag: a tag is not usable.
        """
        self._signature = _signature_of(function)
        parameters = self._signature.parameters
        self._ignored = _ignored(ignore, parameters)
        self._version = version
        self._key = key if callable(key) else None
        self._template = Template(key, parameters, "key") if isinstance(key, str) else None
        if key is not None and (self._key, self._template) == (None, None):
            raise InvalidSetting(f"key is a {type(key).__name__}; accepted: a template, a function, or None")
        if key is not None and (name or version or self._ignored):
            raise InvalidSetting("name, version and ignore say how a key is made from a call; with key= say it there")
        self._name = "" if key is not None else name or function_name(function)
        self._tags: TagSource = tags if callable(tags) else _tag_templates(tags, parameters)
        self.lasting = self._key is None
        first = next(iter(parameters.values()), None)
        alone = first is not None and first.name in self._ignored and first.kind in _POSITIONAL
        self.skip = 1 if alone and len(self._ignored) == 1 else 0
        self.single = first is not None and len(parameters) == 1 and first.kind in _POSITIONAL and not self.skip

    def key(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
        """The key of a call.

        Raises:
            TypeError: the function cannot be called so.
            InvalidKey: an argument cannot be told from others reliably, or the key function returned no text.
        """
        if self._key is not None:
            made = self._key(*args, **kwargs)
            if not isinstance(made, str):
                raise InvalidKey(f"the key function returned a {type(made).__name__}; accepted: a str")
            return made
        arguments = self._bound(args, kwargs)
        if self._template is not None:
            return self._template.fill(arguments)
        for ignored in self._ignored:
            del arguments[ignored]
        return function_key(self._name, self._version, arguments)

    def tags(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[str, ...]:
        """The tags of a call.

        Raises:
            InvalidTag: the tag function returned something else, or an argument made a tag that is not usable.
        """
        if callable(self._tags):
            return check_tags(self._tags(*args, **kwargs))
        if not self._tags:
            return ()
        arguments = self._bound(args, kwargs)
        return tuple(template.fill(arguments) for template in self._tags)  # type: ignore[attr-defined]

    def _bound(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return dict(bound.arguments)


def _signature_of(function: Callable[..., Any]) -> inspect.Signature:
    try:
        return inspect.signature(function)
    except (TypeError, ValueError) as exc:
        raise InvalidSetting(f"{function!r} does not tell its parameters; wrap it in a function that does") from exc


def _ignored(ignore: Iterable[str], parameters: Mapping[str, object]) -> tuple[str, ...]:
    names = (ignore,) if isinstance(ignore, str) else tuple(ignore)
    for name in names:
        if name not in parameters:
            raise InvalidSetting(f"ignore names {name!r}; accepted: parameters: {', '.join(parameters) or 'none'}")
    return names


def _tag_templates(tags: Iterable[str], parameters: Mapping[str, object]) -> Any:
    if isinstance(tags, str):
        raise InvalidTag("tags are several: write [tag] for a single one")
    templates = []
    for tag in tags:
        if not isinstance(tag, str):
            raise InvalidTag(f"a tag is a str, not {type(tag).__name__}")
        template = Template(tag, tuple(parameters), "a tag")
        if not template.fields:
            check_tags([template.fill({})])
        templates.append(template)
    return tuple(templates)
