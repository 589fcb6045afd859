-- KEYS: entry, lease, index. ARGV: value, life in ms, the lease's token, log, stamp. Keeps what the lease was for
-- and ends it. Where there is no index of that log, one begins at the entry's stamp.
if redis.call('HGET', KEYS[3], '@log') ~= ARGV[4] then
  redis.call('DEL', KEYS[3])
  redis.call('HSET', KEYS[3], '@log', ARGV[4], '@floor', ARGV[5], '@heard', ARGV[5])
end
stay(KEYS[3])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
if redis.call('GET', KEYS[2]) == ARGV[3] then
  redis.call('DEL', KEYS[2])
end
return 1
