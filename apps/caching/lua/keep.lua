-- KEYS: lease, index and, where it lies beside them, the entry. ARGV: the lease's token, log, stamp and, of the
-- entry, value and life in ms. Keeps what the lease was for and ends it. Where there is no index of that log, one
-- begins at the entry's stamp.
if redis.call('HGET', KEYS[2], '@log') ~= ARGV[2] then
  redis.call('DEL', KEYS[2])
  redis.call('HSET', KEYS[2], '@log', ARGV[2], '@floor', ARGV[3], '@heard', ARGV[3])
end
stay(KEYS[2])
if KEYS[3] then
  redis.call('SET', KEYS[3], ARGV[4], 'PX', ARGV[5])
end
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('DEL', KEYS[1])
end
return 1
