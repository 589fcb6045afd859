-- An index stays for a day after the last word of its stream. Then, or when memory is full, it may leave like a
-- page: without one, what was made before is made anew.
local function stay(index)
  redis.call('EXPIRE', index, 86400)
end

