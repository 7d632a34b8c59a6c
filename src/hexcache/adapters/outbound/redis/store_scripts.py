"""What the store asks of a server in one step.

Rule: a script compares tokens and never deadlines, so that time is the caller's alone; it looks at the first seventeen
bytes (see ``frames``), treats whatever is not framed as absent, and passes on every error but that of a foreign type.
Each may be sent again when its answer was lost: what it did stays done, and what others did since is not undone, except
that a removal sent twice takes away a write that came in between, and may say of what it removed that it was not there.
"""

from __future__ import annotations

from typing import Final

from hexcache.adapters.outbound.redis.commands import Script

_FRAMED: Final = """
local function framed(held)
  if type(held) ~= 'string' or #held < 17 then return false end
  local kind = string.byte(held)
  return kind == 248 or kind == 249
end
local function failed(held)
  return type(held) == 'table' and held.err and not string.find(held.err, 'WRONGTYPE', 1, true)
end
"""

CLAIM: Final = Script(
    _FRAMED
    + """
local answers = {}
for i, key in ipairs(KEYS) do
  local held = redis.pcall('GET', key)
  if failed(held) then return held end
  local mine = ARGV[1]
  local seen = ARGV[2 + i]
  if framed(held) then
    if string.byte(held) == 248 and string.sub(held, 2, 9) ~= seen then
      mine = held
    else
      mine = string.sub(mine, 1, 1) .. string.sub(held, 2, 9) .. string.sub(mine, 10)
    end
  end
  if mine ~= held then
    local done = redis.pcall('SET', key, mine, 'PX', ARGV[2])
    if done.err then return done end
  end
  answers[i] = mine
end
return answers
""",
    repeatable=True,
)
"""See to it that each key holds a token: leave a placeholder where nothing is, and where a value is dead.

ARGV: a new placeholder, its life in milliseconds, and for each key the token of the dead value that was seen there, or
nothing. A dead value and a placeholder hand their token on. Answers what each key holds now: a value where somebody
wrote in between.
"""

PUT_IF: Final = Script(
    _FRAMED
    + """
local held = redis.pcall('GETRANGE', KEYS[1], 0, 16)
if failed(held) then return held end
if not framed(held) then return 0 end
local token = string.sub(held, 2, 9)
if token == string.sub(ARGV[2], 2, 9) then return 1 end
if token ~= ARGV[1] then return 0 end
local done
if ARGV[3] == '' then
  done = redis.pcall('SET', KEYS[1], ARGV[2])
else
  done = redis.pcall('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
if done.err then
  redis.call('UNLINK', KEYS[1])
  return done
end
return 1
""",
    repeatable=True,
)
"""Replace what a key holds if it still has this token.

ARGV: the token, the new frame, its life in milliseconds or nothing. Answers 1 when written, also by an earlier attempt
of the same call. A frame that the server refuses leaves nothing older behind.
"""

REMOVE: Final = Script(
    _FRAMED
    + """
local heads = {}
for i, key in ipairs(KEYS) do
  local held = redis.pcall('GETRANGE', key, 0, 16)
  if failed(held) then return held end
  local ours = framed(held)
  if ours or ARGV[1] == 'all' then redis.call('UNLINK', key) end
  heads[i] = ours and held or ''
end
return heads
""",
    repeatable=True,
)
"""Remove keys, placeholders included.

ARGV: ``all``, or ``framed`` to spare what is foreign. Answers the header that each key had.
"""
