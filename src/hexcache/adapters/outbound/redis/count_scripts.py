"""The scripts of counters and sets.

Rule: a script is one step on one key. It looks at everything before it writes, so that a refusal changes nothing; and
what it writes first is what could be refused for want of memory.

A server's numbers are floats of 53 bits, so whole numbers are added as decimal text where they are longer than fifteen
digits; that is exact at any length.
"""

from __future__ import annotations

from typing import Final

from hexcache.adapters.outbound.redis.commands import Script
from hexcache.adapters.outbound.redis.count_records import RECORD
from hexcache.domain.increment import MOST

_WHOLE: Final = (
    f"local MOST = '{MOST}'"
    """
local DIGITS = 14  -- of a limb: the sum of two is exact

local function limbs(word)
  local sign, digits, found = 1, word, {}
  if string.sub(word, 1, 1) == '-' then sign, digits = -1, string.sub(word, 2) end
  for last = #digits, 1, -DIGITS do
    found[#found + 1] = tonumber(string.sub(digits, math.max(1, last - DIGITS + 1), last))
  end
  return sign, found
end

local function is_less(a, b)
  if #a ~= #b then return #a < #b end
  for place = #a, 1, -1 do
    if a[place] ~= b[place] then return a[place] < b[place] end
  end
  return false
end

local function digits_of(sign, found)
  while #found > 1 and found[#found] == 0 do found[#found] = nil end
  local words = {string.format('%.0f', found[#found])}
  for place = #found - 1, 1, -1 do
    words[#words + 1] = string.format('%014.0f', found[place])
  end
  local word = table.concat(words)
  if sign < 0 and word ~= '0' then return '-' .. word end
  return word
end

local function whole_sum(a, b)
  if #a < 16 and #b < 16 then return string.format('%.0f', tonumber(a) + tonumber(b)) end
  local sign, more = limbs(a)
  local other, less = limbs(b)
  if sign ~= other and is_less(more, less) then
    sign, more, less = other, less, more
    other = -sign
  end
  local carry, sum = 0, {}
  for place = 1, math.max(#more, #less) do
    local limb = (more[place] or 0) + (sign == other and 1 or -1) * (less[place] or 0) + carry
    carry = 0
    if limb < 0 then
      limb, carry = limb + 1e14, -1
    elseif limb >= 1e14 then
      limb, carry = limb - 1e14, 1
    end
    sum[place] = limb
  end
  if carry > 0 then sum[#sum + 1] = carry end
  return digits_of(sign, sum)
end

local function opposite(word)
  if string.sub(word, 1, 1) == '-' then return string.sub(word, 2) end
  return '-' .. word
end

-- Whether one number (kind and text) is less than another, by their exact values.
local function below(kind, a, other, b)
  if kind == 'f' and other == 'f' then return tonumber(a) < tonumber(b) end
  if kind == 'f' or other == 'f' then
    if math.abs(tonumber(kind == 'f' and a or b)) < 2^53 then return tonumber(a) < tonumber(b) end
    if kind == 'f' then a = string.format('%.0f', tonumber(a)) else b = string.format('%.0f', tonumber(b)) end
  end
  if #a < 16 and #b < 16 then return tonumber(a) < tonumber(b) end
  return string.sub(whole_sum(a, opposite(b)), 1, 1) == '-'
end

local function is_out_of_range(kind, word)
  if kind == 'f' then return math.abs(tonumber(word)) > 1e300 end
  return #word > 300 and (below('i', MOST, 'i', word) or below('i', word, 'i', opposite(MOST)))
end
"""
)

INCR: Final = Script(
    RECORD
    + _WHOLE
    + """
local sort, by, ttl, refresh, floor_sort, floor, id, seconds =
  ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8], tonumber(ARGV[9])
local kind, dies, rest, head = seen()
if kind and kind ~= 'i' and kind ~= 'f' then return {'?'} end
if kind and known(id) then return {kind, rest} end
local result, number = 'i', nil
if (kind or 'i') == 'i' and sort == 'i' then
  number = whole_sum(kind and rest or '0', by)
else
  result, number = 'f', text(tonumber(kind and rest or '0') + tonumber(by))
end
if is_out_of_range(result, number) then return {'>'} end
if floor_sort ~= '' and below(result, number, floor_sort, floor) then
  result, number = floor_sort, floor
end
local moved = not kind or refresh ~= ''
if moved then dies = ttl ~= '' and now + tonumber(ttl) or nil end
keep(head, result, dies, number, moved, id, seconds)
forget()
return {result, number}
"""
)
"""(time, kind and text of what to add, ttl, refresh, kind and text of the floor, id, seconds to remember it): the kind
and the text of the number; ``?`` where something else is held, ``>`` where the sum is out of range."""

SEEN: Final = Script(
    RECORD
    + """
local kind, dies, rest = seen()
return {kind or '', dies and text(dies) or '', rest or '', text(now)}
"""
)
"""(time): kind, end and content, and the time."""

MEMBERS: Final = Script(
    RECORD
    + """
if seen() ~= 's' then return {} end
return redis.call('ZRANGEBYSCORE', key, 0, 0)
"""
)
"""(time): the members of a set."""

ADD_MEMBERS: Final = Script(
    RECORD
    + """
local kind, dies, rest, head = seen()
if kind and kind ~= 's' then return -1 end
if #ARGV == 2 then return 0 end
if not kind then keep(nil, 's', ARGV[2] ~= '' and now + tonumber(ARGV[2]) or nil, '', true) end
local new = 0
for first = 3, #ARGV, 1000 do
  local words = {}
  for place = first, math.min(first + 999, #ARGV) do
    words[#words + 1] = '0'
    words[#words + 1] = '=' .. ARGV[place]
  end
  new = new + redis.call('ZADD', key, unpack(words))
end
return new
"""
)
"""(time, ttl, members): how many were new; -1 where something else is held."""

REMOVE: Final = Script(
    RECORD
    + """
local kind = seen()
redis.call('UNLINK', key)
return kind and 1 or 0
"""
)
"""(time): whether something was there, which is gone."""
