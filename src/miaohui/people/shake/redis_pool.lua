-- The pool of in_process.py in Redis: one script, so that a claim of two tickets is one step for everybody.
-- Before this stand, written by redis_pool.py: REACHES, REACHED, SQUARED, SINCE, SAME_MOMENT, SPENT, CROWD.
-- KEYS[1]: what every key begins with. ARGV: the act, then what it needs.
local P = KEYS[1]
local FIELDS = {'person', 'at', 'until', 'x', 'y', 'z', 'widest', 'venue', 'band', 'never', 'interests', 'reports', 'level', 'last', 'raw'}
local WHOLE = {at = true, ['until'] = true, x = true, y = true, z = true, widest = true, reports = true, level = true, last = true}

local function ticket(id, values)
  local t = {id = id}
  for i, name in ipairs(FIELDS) do
    t[name] = WHOLE[name] and tonumber(values[i]) or values[i]
  end
  return t
end

local function load(id)
  local values = redis.call('HMGET', P .. 't:' .. id, unpack(FIELDS))
  return values[1] and ticket(id, values) or nil
end

-- Tickets come in as FIELDS without level and last, after their id.
local function given(from)
  local values = {}
  for i = 1, 12 do values[i] = ARGV[from + i] end
  local t = ticket(ARGV[from], values)
  t.raw, t.level, t.last = ARGV[from + 13], 1, 1
  for level = 1, #REACHES do
    if REACHES[level] <= t.widest then t.last = level end
  end
  return t
end

local function cube(index, level, x, y, z)
  local side = 2 * REACHED[level]
  return P .. index .. level .. ':' .. math.floor(x / side) .. ':' .. math.floor(y / side) .. ':' .. math.floor(z / side)
end

local function reach(t)
  if t.venue == '' then
    redis.call('SADD', cube('r', t.level, t.x, t.y, t.z), t.id)
    redis.call('HINCRBY', P .. 'levels', t.level, 1)
  end
end

local function unreach(t)
  if t.venue == '' and redis.call('SREM', cube('r', t.level, t.x, t.y, t.z), t.id) == 1 then
    redis.call('HINCRBY', P .. 'levels', t.level, -1)
  end
end

local function schedule(t)
  local due = t['until']
  if t.level < t.last then due = math.min(due, t.at + SINCE[t.level + 1]) end
  redis.call('ZADD', P .. 'due', due, t.id)
end

local function insert(t)
  local flat = {}
  for _, name in ipairs(FIELDS) do
    flat[#flat + 1] = name
    flat[#flat + 1] = WHOLE[name] and string.format('%.17g', t[name]) or t[name]
  end
  redis.call('HSET', P .. 't:' .. t.id, unpack(flat))
  redis.call('HSET', P .. 'who', t.person, t.id)
  if t.venue == '' then
    for level = 1, t.last do redis.call('SADD', cube('c', level, t.x, t.y, t.z), t.id) end
  else
    redis.call('SADD', P .. 'v:' .. t.venue, t.id)
  end
  reach(t)
  schedule(t)
end

local function spend(id)
  redis.call('SET', P .. 's:' .. id, 1, 'PX', SPENT)
end

local function remove(t)
  if t.venue == '' then
    for level = 1, t.last do redis.call('SREM', cube('c', level, t.x, t.y, t.z), t.id) end
  else
    redis.call('SREM', P .. 'v:' .. t.venue, t.id)
  end
  unreach(t)
  redis.call('DEL', P .. 't:' .. t.id)
  redis.call('ZREM', P .. 'due', t.id)
  if redis.call('HGET', P .. 'who', t.person) == t.id then redis.call('HDEL', P .. 'who', t.person) end
  spend(t.id)
end

local function avoids(one, other)
  return string.find(one.never, ',' .. other.person .. ',', 1, true) ~= nil
end

local function shared(one, other)
  local n = 0
  for name in string.gmatch(other.interests, '[^\n]+') do
    if string.find('\n' .. one.interests .. '\n', '\n' .. name .. '\n', 1, true) then n = n + 1 end
  end
  return n
end

-- Whether candidate a goes before b for ticket t; the order of pool.py.
local function better(t, a, b)
  if a.reports ~= b.reports then return a.reports < b.reports end
  local am, bm = math.abs(a.at - t.at) <= SAME_MOMENT, math.abs(b.at - t.at) <= SAME_MOMENT
  if am ~= bm then return am end
  local as, bs = math.floor(a.at / 1000), math.floor(b.at / 1000)
  if as ~= bs then return as < bs end
  local ai, bi = shared(t, a), shared(t, b)
  if ai ~= bi then return ai > bi end
  if a.at ~= b.at then return a.at < b.at end
  return a.id < b.id
end

local function consider(t, best, id, limit)
  local o = load(id)
  if not o or o.person == t.person or o.band ~= t.band or avoids(t, o) or avoids(o, t) then return best end
  if limit then
    local apart = (o.x - t.x) ^ 2 + (o.y - t.y) ^ 2 + (o.z - t.z) ^ 2
    if apart > SQUARED[math.min(limit, t.last, o.last)] then return best end
  end
  return (not best or better(t, o, best)) and o or best
end

local function near(index, t, level, best)
  local reached = REACHED[level]
  local side = 2 * reached
  local f = math.floor
  for ix = f((t.x - reached) / side), f((t.x + reached) / side) do
    for iy = f((t.y - reached) / side), f((t.y + reached) / side) do
      for iz = f((t.z - reached) / side), f((t.z + reached) / side) do
        local key = P .. index .. level .. ':' .. ix .. ':' .. iy .. ':' .. iz
        for _, id in ipairs(redis.call('SMEMBERS', key)) do best = consider(t, best, id, level) end
      end
    end
  end
  return best
end

local function both(one, other, now)
  return {one.raw, one.never, string.format('%d', one['until']), other.raw, other.never, string.format('%d', other['until']), string.format('%d', now)}
end

-- Claim the best candidate together with t, or let t wait.
local function enter(t, now)
  while t.level < t.last and SINCE[t.level + 1] <= now - t.at do t.level = t.level + 1 end
  local best
  if t.venue ~= '' then
    for _, id in ipairs(redis.call('SMEMBERS', P .. 'v:' .. t.venue)) do best = consider(t, best, id) end
  else
    local counted = redis.call('HMGET', P .. 'levels', 1, 2, 3, 4)
    for level = 1, #REACHES do
      if tonumber(counted[level] or 0) > 0 then best = near('r', t, level, best) end
    end
    if t.level > 1 then best = near('c', t, t.level, best) end
  end
  if best then
    remove(best)
    spend(t.id)
    return both(best, t, now)
  end
  insert(t)
end

local function step(t, now)
  if t.level == t.last or SINCE[t.level + 1] > now - t.at then
    schedule(t)
    return
  end
  unreach(t)
  t.level = t.level + 1
  local best = near('c', t, t.level)
  if best then
    remove(t)
    remove(best)
    return both(best, t, now)
  end
  redis.call('HSET', P .. 't:' .. t.id, 'level', t.level)
  reach(t)
  schedule(t)
end

local ACTS = {}

function ACTS.shake()
  local now, t = tonumber(ARGV[2]), given(3)
  if redis.call('EXISTS', P .. 't:' .. t.id, P .. 's:' .. t.id) > 0 then return end
  local earlier = redis.call('HGET', P .. 'who', t.person)
  if earlier then remove(load(earlier)) end
  return enter(t, now)
end

-- At most so many at once, so that nobody waits long for the script; the third answer tells whether there is more.
function ACTS.advance()
  local now, found, expired = tonumber(ARGV[2]), {}, {}
  for _ = 1, 500 do
    local due = redis.call('ZRANGE', P .. 'due', '-inf', now, 'BYSCORE', 'LIMIT', 0, 1, 'WITHSCORES')
    if not due[1] then return {found, expired, 0} end
    local t, at = load(due[1]), tonumber(due[2])
    if t['until'] <= at then
      remove(t)
      expired[#expired + 1] = t.raw
    else
      found[#found + 1] = step(t, at)
    end
  end
  return {found, expired, 1}
end

function ACTS.part()
  for _, pair in ipairs({{ARGV[2], ARGV[3]}, {ARGV[3], ARGV[2]}}) do
    local id = redis.call('HGET', P .. 'who', pair[1])
    if id then
      local key = P .. 't:' .. id
      redis.call('HSET', key, 'never', redis.call('HGET', key, 'never') .. pair[2] .. ',')
    end
  end
end

function ACTS.unclaim()
  local now, again = tonumber(ARGV[2]), {}
  for _, t in ipairs({given(3), given(17)}) do
    redis.call('DEL', P .. 's:' .. t.id)
    if not redis.call('HGET', P .. 'who', t.person) and t['until'] > now then again[#again + 1] = enter(t, now) end
  end
  return again
end

function ACTS.extend()
  local t = load(ARGV[2])
  if not t then return 0 end
  t['until'] = tonumber(ARGV[3])
  redis.call('HSET', P .. 't:' .. t.id, 'until', ARGV[3])
  schedule(t)
  return 1
end

function ACTS.withdraw()
  local id = redis.call('HGET', P .. 'who', ARGV[2])
  if not id then return 0 end
  remove(load(id))
  return 1
end

function ACTS.note()
  local key = P .. 'crowd:' .. ARGV[2]
  redis.call('ZADD', key, ARGV[4], ARGV[3])
  redis.call('PEXPIRE', key, CROWD)
end

function ACTS.crowd()
  local key = P .. 'crowd:' .. ARGV[2]
  redis.call('ZREMRANGEBYSCORE', key, '-inf', tonumber(ARGV[3]) - CROWD)
  local others = redis.call('ZCARD', key)
  if redis.call('ZSCORE', key, ARGV[4]) then others = others - 1 end
  return others
end

return ACTS[ARGV[1]]()
