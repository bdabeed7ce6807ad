"""What a team's server does in one step: claims, replies, paces and sums, as scripts that may be sent twice.

A client that hears nothing does not know whether its script ran, and sends it again: so each names its caller's own
id, and running twice is running once. Nothing here expires by a clock, which may jump: who is alive shows by a count
that every living member raises, and it is the others who notice, each by its own steady clock, that a count stands
still. Sums are whole nano-dollars, because Lua's numbers are exact only so.

Each script gets the prefix of all keys, then its own arguments. The keys: `epoch` (a mark of this memory), `v:KEY` a
reply, `c:KEY` who buys it, `fence` the count of claims, `sessions` each living member's count, `who` and `seen` what
it is called and when it was heard, `limits` the team's sums, `m:SUM` what is spent, unknown and reserved of one,
`o:SESSION` what a member has set aside, `t:SESSION` what it has spent, `late` what was booked for members that died,
`paces` and `tat:NAME`.
"""

from __future__ import annotations

from typing import Final

_ON_A_FULL_SERVER = "#!lua flags=allow-oom\n"  # what gives back must run where nothing more may be written

_BOOKING = """
local function booked(names, field, amount)
  if amount == '-0' then return end  -- of a call that costs nothing: the server takes it for no number
  for name in string.gmatch(names, '[^,]+') do redis.call('HINCRBY', p .. 'm:' .. name, field, amount) end
end
local function parts(text) return string.match(text, '^(%d+)|(.*)$') end
"""

BEGIN: Final = """local p = ARGV[1]
-- session, who, a mark -> the mark of this memory
redis.call('SET', p .. 'epoch', ARGV[4], 'NX')
redis.call('HSETNX', p .. 'sessions', ARGV[2], 1)
redis.call('HSET', p .. 'who', ARGV[2], ARGV[3])
redis.call('HSET', p .. 'seen', ARGV[2], redis.call('TIME')[1])
return redis.call('GET', p .. 'epoch')"""

BEAT: Final = (
    _ON_A_FULL_SERVER
    + """local p = ARGV[1]
-- session -> {1 alive or 0, the mark of this memory, limits, paces, every session with its count}
local alive = redis.call('HEXISTS', p .. 'sessions', ARGV[2])
if alive == 1 then
  redis.call('HINCRBY', p .. 'sessions', ARGV[2], 1)
  redis.call('HSET', p .. 'seen', ARGV[2], redis.call('TIME')[1])
end
return {alive, redis.call('GET', p .. 'epoch'), redis.call('HGETALL', p .. 'limits'),
        redis.call('HGETALL', p .. 'paces'), redis.call('HGETALL', p .. 'sessions')}"""
)

BURY: Final = (
    _ON_A_FULL_SERVER
    + """local p = ARGV[1]
"""
    + _BOOKING
    + """-- session, the count at which it stands (or '' where it ends by itself) -> how many reservations were booked
if ARGV[3] ~= '' and redis.call('HGET', p .. 'sessions', ARGV[2]) ~= ARGV[3] then return -1 end
local open = redis.call('HGETALL', p .. 'o:' .. ARGV[2])
for place = 1, #open, 2 do
  local amount, names = parts(open[place + 1])
  booked(names, 'reserved', '-' .. amount)
  booked(names, 'unknown', amount)
  redis.call('HSET', p .. 'late', open[place], open[place + 1])
end
redis.call('DEL', p .. 'o:' .. ARGV[2])
redis.call('EXPIRE', p .. 't:' .. ARGV[2], 2592000)
for _, name in ipairs({'sessions', 'who', 'seen'}) do redis.call('HDEL', p .. name, ARGV[2]) end
return #open / 2"""
)

CLAIM: Final = """local p = ARGV[1]
-- key, session, attempt -> {token or 0, 1 where the reply is there, who holds it}; -3 in place of a token: buried
if redis.call('EXISTS', p .. 'v:' .. ARGV[2]) == 1 then return {0, 1, ''} end
if redis.call('HEXISTS', p .. 'sessions', ARGV[3]) == 0 then return {-3, 0, ''} end
local held = redis.call('GET', p .. 'c:' .. ARGV[2])
if held then
  local token, session, attempt = string.match(held, '^(%d+)|([^|]*)|(.*)$')
  if session == ARGV[3] and attempt == ARGV[4] then return {tonumber(token), 0, ''} end
  if redis.call('HEXISTS', p .. 'sessions', session) == 1 then return {0, 0, session} end
end
local token = redis.call('INCR', p .. 'fence')
redis.call('SET', p .. 'c:' .. ARGV[2], string.format('%.0f', token) .. '|' .. ARGV[3] .. '|' .. ARGV[4])
return {token, 0, ''}"""

RELEASE: Final = (
    _ON_A_FULL_SERVER
    + """local p = ARGV[1]
-- key, session|attempt of the claim -> 1 or 0
local held = redis.call('GET', p .. 'c:' .. ARGV[2])
if held and string.match(held, '^%d+|(.*)$') == ARGV[3] then return redis.call('DEL', p .. 'c:' .. ARGV[2]) end
return 0"""
)

KEEP: Final = """local p = ARGV[1]
-- key, value, session|attempt of the claim (or ''), seconds to live (or '')
-- -> {1 kept or there already, 0 another is; mine}
local v, c = p .. 'v:' .. ARGV[2], p .. 'c:' .. ARGV[2]
local held = redis.call('GET', c)
local mine = held and string.match(held, '^%d+|(.*)$') == ARGV[4] and 1 or 0
local kept
if ARGV[5] == '' then kept = redis.call('SET', v, ARGV[3], 'NX')
else kept = redis.call('SET', v, ARGV[3], 'NX', 'EX', ARGV[5]) end
if not kept and redis.call('GET', v) == ARGV[3] then kept = true end
if mine == 1 then redis.call('DEL', c) end
return {kept and 1 or 0, mine}"""

REPLACE: Final = """local p = ARGV[1]
-- key, value, a second name for what is there, seconds to live (or '') -> 1 replaced, 0 it was the same
local v = p .. 'v:' .. ARGV[2]
local old = redis.call('GET', v)
if old == ARGV[3] then return 0 end
local function put(name, value)
  if ARGV[5] == '' then redis.call('SET', name, value) else redis.call('SET', name, value, 'EX', ARGV[5]) end
end
if old then put(v .. '@' .. ARGV[4], old) end
put(v, ARGV[3])
return 1"""

PACE: Final = """local p = ARGV[1]
-- name, id, turns a second, burst, horizon in seconds -> microseconds to wait; negative: no turn, ask again then
local again = redis.call('GET', p .. 'turn:' .. ARGV[3])
if again then return tonumber(again) end
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local step, horizon = 1000000 / ARGV[4], ARGV[6] * 1000000
local tat = math.max(tonumber(redis.call('GET', p .. 'tat:' .. ARGV[2]) or 0), now)
-- No turn is given out beyond the horizon: a mark that is further ahead was set by another clock.
if tat > now + horizon + step * (ARGV[5] + 1) then tat = now end
local wait = math.max(0, math.ceil(tat - now - step * (ARGV[5] - 1)))
if wait > horizon then return -math.ceil(wait - horizon / 2) end
redis.call('SET', p .. 'tat:' .. ARGV[2], string.format('%.0f', tat + step), 'PX', 600000)
redis.call('SET', p .. 'turn:' .. ARGV[3], string.format('%.0f', wait), 'PX', 60000)
return wait"""

RESERVE: Final = (
    """local p = ARGV[1]
"""
    + _BOOKING
    + """-- session, id, amount, mark of this memory, project, caller's day, run, cap of the run (or '')
-- -> {1 reserved, 0 others hold it, -1 never, -2 another memory, -3 buried; the sum that is tight; used; its cap}
if redis.call('GET', p .. 'epoch') ~= ARGV[5] then return {-2, '', '0', '0'} end
if redis.call('HEXISTS', p .. 'sessions', ARGV[2]) == 0 then return {-3, '', '0', '0'} end
local before = redis.call('HGET', p .. 'o:' .. ARGV[2], ARGV[3])
if before then
  local _, names = parts(before)
  return {1, names, '0', '0'}
end
local amount, project = tonumber(ARGV[4]), ARGV[6]
local today = string.format('%.0f', math.floor(redis.call('TIME')[1] / 86400))
local sums = {{'all', 'usd'}, {'all.day' .. today, 'usd_per_day'}, {'project.' .. project, 'usd@' .. project},
              {'project.' .. project .. '.day' .. today, 'usd_per_day@' .. project}}
-- A day on which server and caller do not agree counts as both: a clock that jumps makes no second day.
if ARGV[7] ~= today then
  table.insert(sums, {'all.day' .. ARGV[7], 'usd_per_day'})
  table.insert(sums, {'project.' .. project .. '.day' .. ARGV[7], 'usd_per_day@' .. project})
end
if ARGV[8] ~= '' then table.insert(sums, {'run.' .. ARGV[8], ARGV[9]}) end
local names, waits = {}, nil
for place, sum in ipairs(sums) do
  table.insert(names, sum[1])
  local cap = sum[2]
  if string.sub(sum[1], 1, 4) ~= 'run.' then cap = redis.call('HGET', p .. 'limits', sum[2]) end
  if cap and cap ~= '' then
    local m = redis.call('HMGET', p .. 'm:' .. sum[1], 'spent', 'unknown', 'reserved')
    local used = (m[1] or 0) + (m[2] or 0)
    if used + amount > tonumber(cap) then return {-1, sum[1], string.format('%.0f', used), cap} end
    if used + (m[3] or 0) + amount > tonumber(cap) then waits = {0, sum[1], string.format('%.0f', used), cap} end
  end
end
if waits then return waits end
names = table.concat(names, ',')
booked(names, 'reserved', ARGV[4])
redis.call('HSET', p .. 'o:' .. ARGV[2], ARGV[3], ARGV[4] .. '|' .. names)
return {1, names, '0', '0'}"""
)

SETTLE: Final = (
    _ON_A_FULL_SERVER
    + """local p = ARGV[1]
"""
    + _BOOKING
    + """-- session, id, amount (or '' where nobody knows) -> 1 settled, 2 settled late, 0 no such id (settled before)
local field, from = 'reserved', p .. 'o:' .. ARGV[2]
local held = redis.call('HGET', from, ARGV[3])
if not held then
  field, from = 'unknown', p .. 'late'
  held = redis.call('HGET', from, ARGV[3])
end
if not held then return 0 end
local amount, names = parts(held)
if ARGV[4] == '' then
  if field == 'unknown' then return 2 end
  booked(names, 'unknown', amount)
else
  booked(names, 'spent', ARGV[4])
  for name in string.gmatch(names, '[^,]+') do redis.call('HINCRBY', p .. 't:' .. ARGV[2], name, ARGV[4]) end
end
booked(names, field, '-' .. amount)
redis.call('HDEL', from, ARGV[3])
return field == 'reserved' and 1 or 2"""
)

RESTATE: Final = (
    _ON_A_FULL_SERVER
    + """local p = ARGV[1]
-- session, then sums by name that it has spent in all -> what had been lost of them
local t, lost = p .. 't:' .. ARGV[2], 0
for place = 3, #ARGV, 2 do
  local missing = tonumber(ARGV[place + 1]) - tonumber(redis.call('HGET', t, ARGV[place]) or 0)
  if missing > 0 then
    redis.call('HSET', t, ARGV[place], ARGV[place + 1])
    redis.call('HINCRBY', p .. 'm:' .. ARGV[place], 'spent', string.format('%.0f', missing))
    lost = lost + missing
  end
end
return lost"""
)

ALL: Final = (BEGIN, BEAT, BURY, CLAIM, RELEASE, KEEP, REPLACE, PACE, RESERVE, SETTLE, RESTATE)
