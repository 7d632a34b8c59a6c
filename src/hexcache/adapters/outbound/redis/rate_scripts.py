"""The scripts of limiters: the rules of :mod:`hexcache.domain.rate`, one step from a state to the next.

Rule: a script computes the state after a grant and whether there is one, by the same operations in the same order on
the same 64-bit floats as the domain's rule, so that both come to the same bits. It answers with the state that it found
and its time; from these the domain's rule itself makes the decision that the caller sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hexcache.adapters.outbound.redis.commands import Argument, Script
from hexcache.adapters.outbound.redis.count_records import RECORD, RESEND_SECONDS
from hexcache.domain.errors import Unsupported
from hexcache.domain.rate import FixedWindow, Gcra, RateRule, SlidingWindow
from hexcache.domain.rate.rule import MAX_UNITS

_BEGIN: Final = """
local n, state_ttl, id = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local limit, period, capacity = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])

local function window_start()
  local rest = math.fmod(now, period)
  if rest < 0 then rest = rest + period end
  local start = now - rest
  if start + period > now then return start end
  return now
end
"""

_END: Final = f"""
local kind, dies, rest, head = seen()
if kind == '?' or kind == 'i' or kind == 'f' or kind == 's' then return {{'?'}} end
local state = nil
if kind == KIND then
  state = {{}}
  for word in string.gmatch(rest, '%S+') do
    state[#state + 1] = finite(word)
  end
  if #state ~= SIZE then return {{'?'}} end
end
if kind and known(id) then return {{'=', state and rest or '', text(now)}} end
local room, after = step(state)
if n > room or n == 0 then return {{n > room and '0' or '1', state and rest or '', text(now)}} end
for place = 1, SIZE do after[place] = text(after[place]) end
keep(head, KIND, now + state_ttl, table.concat(after, ' '), true, id, {RESEND_SECONDS!r})
forget()
return {{'1', state and rest or '', text(now)}}
"""

_FIXED: Final = """
local KIND, SIZE = 'fixed_window', 2
local function step(state)
  local start, used = window_start(), 0
  if state and state[1] - period <= now and now < state[1] + period then start, used = state[1], state[2] end
  return math.max(0, limit - math.floor(used)), {start, used + n}
end
"""

_SLIDING: Final = """
local KIND, SIZE = 'sliding_window', 3
local function windows(state)
  if state then
    local start, before, used = state[1], state[2], state[3]
    if start - period <= now and now < start + period then return start, before, used end
    if start <= now and now < start + 2 * period then return start + period, used, 0 end
  end
  return window_start(), 0, 0
end
local function step(state)
  local start, before, used = windows(state)
  local passed = math.max(0, now - start) / period
  return math.max(0, math.floor(limit - (before * (1 - passed) + used))), {start, before, used + n}
end
"""

_GCRA: Final = """
local KIND, SIZE = 'gcra', 2
local function step(state)
  local debt, at = 0, now
  if state and state[2] - period <= now then
    debt, at = state[1], state[2]
    debt, at = math.max(0, debt - math.max(0, now - at) * limit / period), math.max(at, now)
  end
  return math.max(0, math.floor(capacity - debt)), {debt + n, at}
end
"""

_SCRIPTS: Final[dict[type, Script]] = {
    rule: Script(RECORD + _BEGIN + steps + _END)
    for rule, steps in ((FixedWindow, _FIXED), (SlidingWindow, _SLIDING), (Gcra, _GCRA))
}


def spending(rule: RateRule) -> Script:
    """The script that asks for units by a rule.

    It answers ``1`` for granted, ``0`` for refused, ``=`` for granted before under this id, ``?`` where something else
    is held; then the state that it found, and its time.

    Raises:
        Unsupported: no rule of the domain's own; a server runs what it has a script for.
    """
    script = _SCRIPTS.get(type(rule))
    if script is None:
        raise Unsupported(f"a Redis counter runs FixedWindow, SlidingWindow and Gcra, not {type(rule).__name__}")
    return script


def spending_words(rule: RateRule, n: int, now: bytes, own_id: bytes) -> Sequence[Argument]:
    """What the script is told; more units than any rule grants are as good as twice the most."""
    capacity = rule.capacity if isinstance(rule, Gcra) else rule.limit
    units = min(n, 2 * MAX_UNITS)
    return (now, units, repr(rule.state_ttl), own_id, rule.limit, repr(rule.period), capacity)
