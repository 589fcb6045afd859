-- KEYS: index. ARGV: log, most marks, what they are trimmed to, what to do where events are missing before the
-- first or between two (or the index is missing, or of another log): '1' gives up what is older, '0' goes no
-- further; MessagePack of [[position, [letter and tag, ...]], ...]. Returns how far it has heard.
local most, trimmed_to, gives_up = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == '1'

local function reset(position)
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], '@log', ARGV[1], '@floor', number(position), '@heard', number(position))
  return position
end

local function mark(position, fields)
  for first = 1, #fields, 1000 do
    local some = {unpack(fields, first, math.min(first + 999, #fields))}
    local raised = {}
    for at, old in ipairs(redis.call('HMGET', KEYS[1], unpack(some))) do
      if tonumber(old or 0) < position then
        raised[#raised + 1] = some[at]
        raised[#raised + 1] = number(position)
        if string.find(some[at], '^[ecg]') then
          redis.call('HSET', KEYS[1], '@below', '1')
        end
      end
    end
    if #raised > 0 then
      redis.call('HSET', KEYS[1], unpack(raised))
    end
  end
end

-- Keeps the newest marks; of those dropped only the greatest position matters.
local function trim()
  local own = 3 + redis.call('HEXISTS', KEYS[1], '@below')
  if redis.call('HLEN', KEYS[1]) - own <= most then
    return
  end
  local all, marks, positions, count, known = redis.call('HGETALL', KEYS[1]), {}, {}, {}, {}
  for at = 1, #all, 2 do
    if string.sub(all[at], 1, 1) ~= '@' then
      local position = tonumber(all[at + 1])
      marks[#marks + 1] = all[at]
      positions[#positions + 1] = position
      if not count[position] then
        known[#known + 1] = position
      end
      count[position] = (count[position] or 0) + 1
    end
  end
  table.sort(known)
  local surplus, floor = #marks - trimmed_to, 0
  for _, position in ipairs(known) do
    floor = position
    surplus = surplus - count[position]
    if surplus <= 0 then
      break
    end
  end
  local dropped, below = {}, false
  for at, field in ipairs(marks) do
    if positions[at] <= floor then
      dropped[#dropped + 1] = field
    else
      below = below or string.find(field, '^[ecg]')
    end
  end
  for first = 1, #dropped, 1000 do
    redis.call('HDEL', KEYS[1], unpack(dropped, first, math.min(first + 999, #dropped)))
  end
  if not below then
    redis.call('HDEL', KEYS[1], '@below')
  end
  if floor > tonumber(redis.call('HGET', KEYS[1], '@floor')) then
    redis.call('HSET', KEYS[1], '@floor', number(floor))
  end
end

local at = redis.call('HMGET', KEYS[1], '@log', '@heard')
local heard = at[1] == ARGV[1] and tonumber(at[2]) or nil
for _, event in ipairs(cmsgpack.unpack(ARGV[5])) do
  local position = event[1]
  local follows = heard and position <= heard + 1
  if not follows and not gives_up then
    break
  end
  heard = heard or reset(position - 1)
  if position > heard + 1 then
    redis.call('HSET', KEYS[1], '@floor', number(position - 1))
  end
  mark(position, event[2])
  trim()
  heard = math.max(heard, position)
  redis.call('HSET', KEYS[1], '@heard', number(heard))
end
if heard then
  stay(KEYS[1])
end
return number(heard or 0)
