-- KEYS: lease, index, list of what the tenant has here and, where it lies beside them, the entry. ARGV: the
-- lease's token, log, stamp, name of the entry, its life in ms, how many entries a tenant may have and, where the
-- entry lies beside, its value. Keeps what the lease was for and ends it. Where there is no index of that log, one
-- begins at the entry's stamp. Returns the names of entries that are to leave: those that end first.
if redis.call('HGET', KEYS[2], '@log') ~= ARGV[2] then
  redis.call('DEL', KEYS[2])
  redis.call('HSET', KEYS[2], '@log', ARGV[2], '@floor', ARGV[3], '@heard', ARGV[3])
end
stay(KEYS[2])
if KEYS[4] then
  redis.call('SET', KEYS[4], ARGV[7], 'PX', ARGV[5])
end
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('DEL', KEYS[1])
end
local at = redis.call('TIME')
local now = at[1] * 1000000 + at[2] -- us
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
redis.call('ZADD', KEYS[3], now + ARGV[5] * 1000, ARGV[4])
stay(KEYS[3])
local left = {}
local over = redis.call('ZCARD', KEYS[3]) - ARGV[6]
if over > 0 then
  for i, each in ipairs(redis.call('ZPOPMIN', KEYS[3], over)) do
    if i % 2 == 1 then
      table.insert(left, each)
    end
  end
end
return left
