"""What a key of the counters holds on the server, and the part of every script that reads and writes it.

Rule: one address is one key, so that each call is one step on one key, on a cluster too. The key is a sorted set:

* its first element, at score ``-inf``, is the head: the kind, the end (seconds of wall time, ``-`` for none) and the
  content, as text. ``i`` and ``f`` are numbers (whole or not), ``s`` is a set, any other word is the kind of the rate
  rule whose state the content is.
* the members of a set follow at score 0, each with ``=`` before it.
* the ids of increments and of granted units follow, each at the moment from which it may be forgotten, in milliseconds:
  ``#`` and random bytes for ids of this adapter's own, ``@`` and a digest for callers' ids.

Whatever else is found there is not ours, and is left as it is. Numbers are written with 17 digits, so that every float
comes back; whole numbers are decimal digits of any length.
"""

from __future__ import annotations

from typing import Final

RESEND_SECONDS: Final = 20.0
"""For so long an id of this adapter's own is remembered: some times longer than a call may take with its repetition."""
RESENDS_KEPT: Final = 100_000
"""So many ids of its own, the latest, are remembered for one key."""
OPERATION_SECONDS: Final = 86_400.0
"""For so long a caller's id is remembered, if the counter lives so long: a day."""
OPERATIONS_KEPT: Final = 10_000
"""So many callers' ids, the latest, are remembered for one key."""
AT_ONCE: Final = 100
"""So many ids at most are forgotten by one call, so that no call is long."""
LATER_SECONDS: Final = 86_400.0
"""Where time is injected the server's own clock only tidies up, so much later than the end."""

RECORD: Final = f"""
local key, given, now = KEYS[1], ARGV[1], tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) + tonumber(time[2]) / 1000000
end

local function text(number)
  return string.format('%.17g', number)
end

local function millis(seconds)
  return string.format('%.0f', math.ceil(seconds * 1000))
end

local function finite(word)
  local number = string.match(word, '^[-+.%deE]+$') and tonumber(word)
  return number and number - number == 0 and number or nil
end

local buried, soonest = false, nil

-- What the key holds: kind, end, content, head. Nothing where there is nothing alive, '?' for what is not ours.
local function seen()
  local first = redis.pcall('ZRANGE', key, 0, 1, 'WITHSCORES')
  if first.err then return '?' end
  if not first[1] then return nil end
  local kind, dies, rest = string.match(first[1], '^([a-z_]+) (%S+) ?(.*)$')
  if not kind or first[2] ~= '-inf' then return '?' end
  if kind == 'i' and not string.match(rest, '^%-?%d+$') or kind == 'f' and not finite(rest) then return '?' end
  local ends = dies ~= '-' and finite(dies) or nil
  if dies ~= '-' and not ends then return '?' end
  if ends and ends <= now then
    buried = true
    return nil
  end
  soonest = tonumber(first[4])
  return kind, ends, rest, first[1]
end

local function end_at(dies)
  if not dies or dies > 9e12 then
    redis.call('PERSIST', key)
  elseif given == '' then
    redis.call('PEXPIREAT', key, millis(dies))
  else
    redis.call('PEXPIRE', key, millis(dies - now + {LATER_SECONDS!r}))
  end
end

-- Write a head in place of another (nil: of none), and an id if there is one.
local function keep(head, kind, dies, rest, moved, id, seconds)
  if buried then redis.call('UNLINK', key) end
  local new = kind .. ' ' .. (dies and text(dies) or '-') .. ' ' .. rest
  if id then
    redis.call('ZADD', key, '-inf', new, millis(now + seconds), id)
  else
    redis.call('ZADD', key, '-inf', new)
  end
  if head and head ~= new then redis.call('ZREM', key, head) end
  if moved and (dies or head) then end_at(dies) end
end

local function known(id)
  return redis.call('ZSCORE', key, id)
end

-- Forget ids whose time is over, and those of either sort that are too many; rank 0 is the head.
local function forget()
  if soonest and soonest <= now * 1000 then
    local past = redis.call('ZCOUNT', key, '(-inf', text(now * 1000))
    redis.call('ZREMRANGEBYRANK', key, 1, math.min(past, {AT_ONCE}))
  end
  local all = redis.call('ZCARD', key) - 1
  if all <= {min(OPERATIONS_KEPT, RESENDS_KEPT)} then return end
  local own = redis.call('ZCOUNT', key, '(-inf', millis(now + {RESEND_SECONDS!r}))
  local more, others = own - {RESENDS_KEPT}, all - own - {OPERATIONS_KEPT}
  if more > 0 then
    redis.call('ZREMRANGEBYRANK', key, 1, math.min(more, {AT_ONCE}))
  elseif others > 0 then
    redis.call('ZREMRANGEBYRANK', key, own + 1, own + math.min(others, {AT_ONCE}))
  end
end
"""
"""What every script begins with. Its first argument is the time in seconds, or empty for the server's own."""
