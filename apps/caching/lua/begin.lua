-- KEYS: index. ARGV: log, position, '1' to begin anew. Else one of the same log stays as it is.
if ARGV[3] == '1' or redis.call('HGET', KEYS[1], '@log') ~= ARGV[1] then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], '@log', ARGV[1], '@floor', ARGV[2], '@heard', ARGV[2])
  stay(KEYS[1])
end
return redis.call('HGET', KEYS[1], '@heard')
