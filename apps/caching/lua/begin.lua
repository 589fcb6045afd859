-- KEYS: index. ARGV: log, position. Begins an index there; one of the same log stays as it is.
if redis.call('HGET', KEYS[1], '@log') ~= ARGV[1] then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], '@log', ARGV[1], '@floor', ARGV[2], '@heard', ARGV[2])
end
return redis.call('HGET', KEYS[1], '@heard')
