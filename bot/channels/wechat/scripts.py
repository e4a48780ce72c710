"""In: nothing. Out: the Lua that makes each step of a message's way atomic. What the steps mean: inbox.py.

Keys of one message: its hash, its open pushes (…:open); of one person: the box of undelivered messages (in order),
the lease of whoever works on them, what they were shown last and what they are owed. All times are Redis' own, in
milliseconds.
"""

from __future__ import annotations

_TIME = """
local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end
local function message(mid) return 'wx:message:' .. mid end
local function open(mid, at) return redis.call('ZCOUNT', message(mid) .. ':open', at, '+inf') > 0 end
local function forgotten(mid, box)
  local gone = redis.call('EXISTS', message(mid)) == 0
  if gone then redis.call('LREM', box, 1, mid) end
  return gone
end
-- The message has been answered: it leaves box and stream; what is left of it only knows that it was. What the person
-- can choose from now is noted in the same step: answers that follow each other closely must not swap it.
local function delivered(mid, box, stream)
  local hash = message(mid)
  local out = cjson.decode(redis.call('HGET', hash, 'result') or '{}')
  if out.text and out.text ~= '' then
    local shown = 'wx:shown:' .. string.sub(box, 8)
    redis.call('SET', shown, cjson.encode({choices = out.choices, rest = out.rest, later = out.later}), 'EX', 172800)
  end
  local entry = redis.call('HGET', hash, 'entry')
  redis.call('LREM', box, 1, mid)
  if entry then redis.call('XACK', stream, 'workers', entry) redis.call('XDEL', stream, entry) end
  redis.call('HDEL', hash, 'job', 'before')
  redis.call('EXPIRE', hash, 900)
  local head = redis.call('LINDEX', box, 0)
  if head then redis.call('PUBLISH', 'wx:news', head) end
end
"""
ACCEPT = (
    _TIME
    + """
-- KEYS box, stream. ARGV mid, job, conversation, push, milliseconds it stays open, claim's life in seconds.
-- The first push of a message puts it in; every push stands in line for the answer. 1: it was new.
local hash, at = message(ARGV[1]), now()
local fresh = redis.call('HSETNX', hash, 'state', 'queued')
if fresh == 1 then
  local entry = redis.call('XADD', KEYS[2], '*', 'mid', ARGV[1], 'conversation', ARGV[3])
  redis.call('HSET', hash, 'entry', entry, 'job', ARGV[2], 'sent', '', 'late', ARGV[4] == '' and '1' or '0')
  redis.call('RPUSH', KEYS[1], ARGV[1])
  redis.call('EXPIRE', KEYS[1], ARGV[6])
  redis.call('EXPIRE', hash, ARGV[6])
end
redis.call('HSET', hash, 'pushed', at)
if ARGV[4] ~= '' then
  redis.call('ZADD', hash .. ':open', at + ARGV[5], ARGV[4])
  redis.call('EXPIRE', hash .. ':open', 60)
end
return fresh
"""
)
COLLECT = (
    _TIME
    + """
-- KEYS box, stream. ARGV mid, push, process, leaving (1: this push can wait no longer), milliseconds it has waited.
-- {'reply', result}: this push gives the answer, nobody else. {'done'}: nothing to say. {'wait'}: ask again.
local mid, push, process, leaving = ARGV[1], ARGV[2], ARGV[3], ARGV[4] == '1'
local hash, at = message(mid), now()
local state, sent, by = unpack(redis.call('HMGET', hash, 'state', 'sent', 'by'))
if not state then return {'done'} end
if state == 'done' and sent == '' and redis.call('LINDEX', KEYS[1], 0) == mid then
  redis.call('HSET', hash, 'sent', 'reply', 'by', process)
  redis.call('ZREM', hash .. ':open', push)
  delivered(mid, KEYS[1], KEYS[2])
  return {'reply', redis.call('HGET', hash, 'result')}
end
if sent == 'reply' and by ~= process then
  -- Pushed again although a reply was handed out: was its process alive after this push came, the reply arrived.
  local beat = tonumber(redis.call('GET', 'wx:alive:' .. by) or '0')
  if beat == 0 then
    redis.call('HSET', hash, 'by', process)
    return {'reply', redis.call('HGET', hash, 'result')}
  end
  if beat > at - ARGV[5] or leaving then return {'done'} end
  return {'wait'}
end
if sent ~= '' then return {'done'} end
if leaving then
  redis.call('ZREM', hash .. ':open', push)
  redis.call('HSET', hash, 'late', '1')
  return {'done', 'late'}
end
return {'wait'}
"""
)
LEASE = """
-- KEYS lease. ARGV token, milliseconds. 1: this worker alone works for this person now.
return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0
"""
RENEW = """
-- KEYS leases. ARGV milliseconds, their tokens. All in one step: a busy process has no time for one after another.
for place, lease in ipairs(KEYS) do
  if redis.call('GET', lease) == ARGV[place + 1] then redis.call('PEXPIRE', lease, ARGV[1]) end
end
return 1
"""
NEXT = (
    _TIME
    + """
-- KEYS lease, box, session. ARGV token, seconds a session is kept.
-- The person's first message without an answer: {mid, job, how often it was taken, 1: others wait before it}; none: the
-- lease ends.
-- Before a message is worked on, the conversation is put aside; whoever takes it over begins where it began.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {} end
for _, mid in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do
  local hash = message(mid)
  if not forgotten(mid, KEYS[2]) and redis.call('HGET', hash, 'state') ~= 'done' then
    local before = redis.call('HGET', hash, 'before')
    if not before then
      redis.call('HSET', hash, 'before', redis.call('GET', KEYS[3]) or '', 'state', 'working')
    elseif before == '' then
      redis.call('DEL', KEYS[3])
    else
      redis.call('SET', KEYS[3], before, 'EX', ARGV[2])
    end
    local behind = redis.call('LINDEX', KEYS[2], 0) ~= mid and 1 or 0
    return {mid, redis.call('HGET', hash, 'job'), redis.call('HINCRBY', hash, 'taken', 1), behind}
  end
end
redis.call('DEL', KEYS[1])
return {}
"""
)
FINISH = (
    _TIME
    + """
-- KEYS lease, owed. ARGV token, mid, result, how much of what is owed stands in it.
-- 0: the lease was lost meanwhile, somebody else's result counts.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local hash = message(ARGV[2])
if redis.call('EXISTS', hash) == 0 then return 0 end
redis.call('HSET', hash, 'state', 'done', 'result', ARGV[3])
redis.call('HDEL', hash, 'before')
redis.call('LTRIM', KEYS[2], ARGV[4], -1)
redis.call('PUBLISH', 'wx:news', ARGV[2])
return 1
"""
)
LATE = (
    _TIME
    + """
-- KEYS box. ARGV process, milliseconds after which no further push is expected, milliseconds a sender may be silent.
-- {mid, job, result}: to be sent now by us. Ours already: we lost Redis before we could say what became of it.
-- A sender that is silent may only be frozen, and its message may have gone out: better some seconds late than twice.
local mid = redis.call('LINDEX', KEYS[1], 0)
while mid and forgotten(mid, KEYS[1]) do mid = redis.call('LINDEX', KEYS[1], 0) end
if not mid then return {} end
local hash, at = message(mid), now()
local state, sent, by, late, pushed, since =
  unpack(redis.call('HMGET', hash, 'state', 'sent', 'by', 'late', 'pushed', 'since'))
if state ~= 'done' or open(mid, at) then return {} end
local over = late == '1' or tonumber(pushed) < at - ARGV[2]
local silent = tonumber(since or 0) < at - ARGV[3] and redis.call('EXISTS', 'wx:alive:' .. (by or '')) == 0
local abandoned = sent == 'message' and (by == ARGV[1] or silent)
if not ((sent == '' and over) or abandoned) then return {} end
redis.call('HSET', hash, 'sent', 'message', 'by', ARGV[1], 'since', at)
return {mid, redis.call('HGET', hash, 'job'), redis.call('HGET', hash, 'result')}
"""
)
SENT = (
    _TIME
    + """
-- KEYS box, stream. ARGV mid, what was sent in the end; empty: nothing was.
if ARGV[2] ~= '' then redis.call('HSET', message(ARGV[1]), 'result', ARGV[2]) end
delivered(ARGV[1], KEYS[1], KEYS[2])
return 1
"""
)
OWE = (
    _TIME
    + """
-- KEYS box, stream, owed. ARGV most that is owed, seconds it is.
-- Answers that could not be sent go before the next one, instead of standing in its way.
local mid = redis.call('LINDEX', KEYS[1], 0)
while mid and not forgotten(mid, KEYS[1]) do
  local hash = message(mid)
  local state, sent, tries, result = unpack(redis.call('HMGET', hash, 'state', 'sent', 'tries', 'result'))
  if state ~= 'done' or sent ~= '' or not tries or open(mid, now()) then return 0 end
  local out = cjson.decode(result)
  redis.call('RPUSH', KEYS[3], table.concat({out.text, unpack(out.rest)}, '\\n'))
  redis.call('LTRIM', KEYS[3], -ARGV[1], -1)
  redis.call('EXPIRE', KEYS[3], ARGV[2])
  redis.call('HSET', hash, 'sent', 'owed', 'result', '{}')
  delivered(mid, KEYS[1], KEYS[2])
  mid = redis.call('LINDEX', KEYS[1], 0)
end
return 0
"""
)
DROP = (
    _TIME
    + """
-- KEYS box, stream. ARGV mid. The person has left: what came before this message reaches nobody any more.
for _, mid in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  if mid == ARGV[1] then return 1 end
  redis.call('HSET', message(mid), 'state', 'done', 'sent', 'message', 'by', '', 'result', '{}')
  delivered(mid, KEYS[1], KEYS[2])
end
return 1
"""
)
UNSENT = (
    _TIME
    + """
-- ARGV mid. It could not be sent now: whoever looks next tries again. The number of tries so far.
local hash = message(ARGV[1])
if redis.call('EXISTS', hash) == 0 then return 0 end
redis.call('HSET', hash, 'sent', '', 'late', '1')
return redis.call('HINCRBY', hash, 'tries', 1)
"""
)
ANSWERED = (
    _TIME
    + """
-- KEYS box, stream. ARGV mid, process, claim's life in seconds.
-- It was answered by a process that could not reach us: nobody answers it again.
local hash = message(ARGV[1])
local sent = redis.call('HGET', hash, 'sent')
if sent and sent ~= '' then return 0 end
redis.call('HSET', hash, 'state', 'done', 'sent', 'reply', 'by', ARGV[2], 'result', '{}')
redis.call('EXPIRE', hash, ARGV[3])
delivered(ARGV[1], KEYS[1], KEYS[2])
return 1
"""
)
BEAT = (
    _TIME
    + """
-- KEYS alive. ARGV milliseconds.
redis.call('SET', KEYS[1], now(), 'PX', ARGV[1])
return 1
"""
)
