-- KEYS: entry, lease. ARGV: value, life in ms, the lease's token. Keeps what the lease was for and ends it.
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
if redis.call('GET', KEYS[2]) == ARGV[3] then
  redis.call('DEL', KEYS[2])
end
return 1
