"""The names and signatures of LiteLLM's cache classes over the driving port.

Rule: nothing here imports LiteLLM, and nothing here knows what stands behind the port; which tiers a class has is
composition's to say (:mod:`hexcache.litellm`).
"""

from hexcache.adapters.inbound.litellm.behaviour import Behaviour
from hexcache.adapters.inbound.litellm.engine import Engine
from hexcache.adapters.inbound.litellm.face import BaseCache
from hexcache.adapters.inbound.litellm.rules import Rules

__all__ = ["BaseCache", "Behaviour", "Engine", "Rules"]
