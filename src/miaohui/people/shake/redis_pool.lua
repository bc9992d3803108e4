-- The pool of in_process.py in Redis: one script, so that a claim of two tickets is one step for everybody.
-- Before this stand, written by redis_pool.py: the places of a ticket's fields, REACHED, SQUARED, SINCE, SAME_MOMENT,
-- SPENT, CROWD. KEYS[1]: what every key begins with. ARGV: the act, then what it needs.
-- A ticket is one string, a packed list; where it stands is one look-up, and so is writing it down. The key of one
-- that is over stays for a while with nothing in it, so that a resend is known. Every call costs more than what it
-- does: what can be asked together is, and what is known is not asked.
local P = KEYS[1]
local call, pack, unpack_one = redis.call, cmsgpack.pack, cmsgpack.unpack
local floor, abs, min, format = math.floor, math.abs, math.min, string.format
-- The steps: within the city by distance alone, and the last one anywhere, with a shared interest.
local CITY, ANYWHERE = #REACHED, #SINCE

local function load(id)
  local raw = call('GET', P .. 't:' .. id)
  return raw and raw ~= '' and unpack_one(raw) or nil
end

local function ticket_of(person)
  local id = call('GET', P .. 'w:' .. person)
  return id and load(id)
end

local function keep(t)
  call('SET', P .. 't:' .. t[ID], pack(t))
end

local function spend(id)
  call('SET', P .. 't:' .. id, '', 'PX', SPENT)
end

-- What the key of a cube ends with; before it stand P and the index, `c` for who is there and `r` for whom they reach.
local function cube(level, x, y, z)
  local side = 2 * REACHED[level]
  return format('%d:%d:%d:%d', level, floor(x / side), floor(y / side), floor(z / side))
end

-- How many reach so far, asked for once in a run. Everybody begins at the first step, so it is never counted.
local counted
local function nobody_at(level)
  if level == 1 then return false end
  counted = counted or call('HGETALL', P .. 'levels')
  for i = 1, #counted, 2 do
    if tonumber(counted[i]) == level then return tonumber(counted[i + 1]) <= 0 end
  end
  return true
end

local function count(level, by)
  if level > 1 then
    call('HINCRBY', P .. 'levels', level, by)
    counted = nil
  end
end

local function likings(t)
  local keys = {}
  for name in string.gmatch(t[INTERESTS], '[^\n]+') do keys[#keys + 1] = P .. 'i:' .. name end
  return keys
end

local function reach(t)
  if t[VENUE] ~= '' then return end
  local level = min(t[LEVEL], CITY)
  call('SADD', P .. 'r' .. cube(level, t[X], t[Y], t[Z]), t[ID])
  count(level, 1)
  if t[LEVEL] == ANYWHERE then
    for _, key in ipairs(likings(t)) do call('SADD', key, t[ID]) end
  end
end

local function unreach(t)
  if t[VENUE] ~= '' then return end
  local level = min(t[LEVEL], CITY)
  if call('SREM', P .. 'r' .. cube(level, t[X], t[Y], t[Z]), t[ID]) == 1 then count(level, -1) end
  if t[LEVEL] == ANYWHERE then
    for _, key in ipairs(likings(t)) do call('SREM', key, t[ID]) end
  end
end

local function schedule(t)
  local due = t[UNTIL]
  if t[LEVEL] < t[LAST] then due = min(due, t[AT] + SINCE[t[LEVEL] + 1]) end
  call('ZADD', P .. 'due', due, t[ID])
end

local function insert(t)
  keep(t)
  call('SET', P .. 'w:' .. t[PERSON], t[ID])
  if t[VENUE] == '' then
    for level = 1, min(t[LAST], CITY) do call('SADD', P .. 'c' .. cube(level, t[X], t[Y], t[Z]), t[ID]) end
  else
    call('SADD', P .. 'v:' .. t[VENUE], t[ID])
  end
  reach(t)
  schedule(t)
end

local function remove(t)
  if t[VENUE] == '' then
    for level = 1, min(t[LAST], CITY) do call('SREM', P .. 'c' .. cube(level, t[X], t[Y], t[Z]), t[ID]) end
  else
    call('SREM', P .. 'v:' .. t[VENUE], t[ID])
  end
  unreach(t)
  call('ZREM', P .. 'due', t[ID])
  call('DEL', P .. 'w:' .. t[PERSON])
  spend(t[ID])
end

local function avoids(one, other)
  return string.find(one[NEVER], ',' .. other[PERSON] .. ',', 1, true) ~= nil
end

local function shared(one, other)
  local n = 0
  for name in string.gmatch(other[INTERESTS], '[^\n]+') do
    if string.find('\n' .. one[INTERESTS] .. '\n', '\n' .. name .. '\n', 1, true) then n = n + 1 end
  end
  return n
end

-- Whether candidate a goes before b for ticket t; the order of pool.py.
local function better(t, a, b)
  if a[REPORTS] ~= b[REPORTS] then return a[REPORTS] < b[REPORTS] end
  local am, bm = abs(a[AT] - t[AT]) <= SAME_MOMENT, abs(b[AT] - t[AT]) <= SAME_MOMENT
  if am ~= bm then return am end
  local as, bs = floor(a[AT] / 1000), floor(b[AT] / 1000)
  if as ~= bs then return as < bs end
  local ai, bi = shared(t, a), shared(t, b)
  if ai ~= bi then return ai > bi end
  if a[AT] ~= b[AT] then return a[AT] < b[AT] end
  return a[ID] < b[ID]
end

local function consider(t, best, raw, limit)
  local o = raw and raw ~= '' and unpack_one(raw)
  if not o or o[PERSON] == t[PERSON] or o[BAND] ~= t[BAND] or avoids(t, o) or avoids(o, t) then return best end
  if limit then
    local apart = (o[X] - t[X]) ^ 2 + (o[Y] - t[Y]) ^ 2 + (o[Z] - t[Z]) ^ 2
    if apart > SQUARED[min(limit, t[LAST], o[LAST])] then return best end
  end
  return (not best or better(t, o, best)) and o or best
end

-- The best of those who stand in any of these sets, and of `best`.
local function best_in(sets, t, best, limit)
  local ids = call('SUNION', unpack(sets))
  for first = 1, #ids, 1000 do
    local keys = {}
    for i = first, min(first + 999, #ids) do keys[#keys + 1] = P .. 't:' .. ids[i] end
    for _, raw in ipairs(call('MGET', unpack(keys))) do best = consider(t, best, raw, limit) end
  end
  return best
end

local function near(index, t, level, best)
  local reached = REACHED[level]
  local side = 2 * reached
  local cubes = {}
  for ix = floor((t[X] - reached) / side), floor((t[X] + reached) / side) do
    for iy = floor((t[Y] - reached) / side), floor((t[Y] + reached) / side) do
      for iz = floor((t[Z] - reached) / side), floor((t[Z] + reached) / side) do
        cubes[#cubes + 1] = format('%s%s%d:%d:%d:%d', P, index, level, ix, iy, iz)
      end
    end
  end
  return best_in(cubes, t, best, level)
end

-- Who looks anywhere and shares an interest.
local function alike(t)
  local sets = likings(t)
  return sets[1] and best_in(sets, t)
end

-- Claim the best candidate together with t, or let t wait.
local function enter(t, now)
  while t[LEVEL] < t[LAST] and SINCE[t[LEVEL] + 1] <= now - t[AT] do t[LEVEL] = t[LEVEL] + 1 end
  local best
  if t[VENUE] ~= '' then
    best = best_in({P .. 'v:' .. t[VENUE]}, t)
  else
    for level = 1, CITY do
      if not nobody_at(level) then best = near('r', t, level, best) end
    end
    if t[LEVEL] > 1 then best = near('c', t, min(t[LEVEL], CITY), best) end
    if not best and t[LEVEL] == ANYWHERE then best = alike(t) end
  end
  if best then
    remove(best)
    spend(t[ID])
    return {best, t, now}
  end
  insert(t)
end

local function step(t, now)
  if t[LEVEL] == t[LAST] or SINCE[t[LEVEL] + 1] > now - t[AT] then
    schedule(t)
    return
  end
  unreach(t)
  local best
  if t[LEVEL] + 1 == ANYWHERE then best = alike(t) else best = near('c', t, t[LEVEL] + 1) end
  if best then
    -- As it stands in its sets: it has left those of its reach.
    remove(t)
    remove(best)
    return {best, t, now}
  end
  t[LEVEL] = t[LEVEL] + 1
  keep(t)
  reach(t)
  schedule(t)
end

local ACTS = {}

-- Any number of shakes, each with its moment, one after the other; false for who waits.
function ACTS.shake()
  local claims = {}
  for i = 2, #ARGV, 2 do
    local t, claimed = unpack_one(ARGV[i + 1]), nil
    local known = call('MGET', P .. 't:' .. t[ID], P .. 'w:' .. t[PERSON])
    if not known[1] then
      if known[2] then remove(load(known[2])) end
      claimed = enter(t, tonumber(ARGV[i]))
    end
    claims[#claims + 1] = claimed or false
  end
  return pack(claims)
end

-- At most so many at once, so that nobody waits long for the script; the third answer tells whether there is more.
function ACTS.advance()
  local now, found, expired = tonumber(ARGV[2]), {}, {}
  for _ = 1, 500 do
    local due = call('ZRANGE', P .. 'due', '-inf', now, 'BYSCORE', 'LIMIT', 0, 1, 'WITHSCORES')
    if not due[1] then return pack({found, expired, 0}) end
    local t, at = load(due[1]), tonumber(due[2])
    if t[UNTIL] <= at then
      remove(t)
      expired[#expired + 1] = t
    else
      found[#found + 1] = step(t, at)
    end
  end
  return pack({found, expired, 1})
end

function ACTS.part()
  for _, pair in ipairs({{ARGV[2], ARGV[3]}, {ARGV[3], ARGV[2]}}) do
    local t = ticket_of(pair[1])
    if t then
      t[NEVER] = t[NEVER] .. pair[2] .. ','
      keep(t)
    end
  end
end

function ACTS.unclaim()
  local now, again = tonumber(ARGV[2]), {}
  for i = 3, 4 do
    local t = unpack_one(ARGV[i])
    if call('GET', P .. 't:' .. t[ID]) == '' then call('DEL', P .. 't:' .. t[ID]) end
    if not ticket_of(t[PERSON]) then
      -- Whose time is over is ended by the next step, as everybody is.
      if t[UNTIL] > now then again[#again + 1] = enter(t, now) else insert(t) end
    end
  end
  return pack(again)
end

function ACTS.extend()
  local t = load(ARGV[2])
  if not t then return 0 end
  t[UNTIL] = tonumber(ARGV[3])
  keep(t)
  schedule(t)
  return 1
end

function ACTS.withdraw()
  local t = ticket_of(ARGV[2])
  if not t then return 0 end
  remove(t)
  return 1
end

function ACTS.note()
  local key = P .. 'crowd:' .. ARGV[2]
  call('ZADD', key, ARGV[4], ARGV[3])
  call('PEXPIRE', key, CROWD)
end

function ACTS.crowd()
  local key = P .. 'crowd:' .. ARGV[2]
  call('ZREMRANGEBYSCORE', key, '-inf', tonumber(ARGV[3]) - CROWD)
  local others = call('ZCARD', key)
  if call('ZSCORE', key, ARGV[4]) then others = others - 1 end
  return others
end

return ACTS[ARGV[1]]()
