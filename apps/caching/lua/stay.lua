-- An index, or a tenant's list, stays for a day after the last word of it. Then, or when memory is full, it may
-- leave like a page: without an index what was made before is made anew, without a list one begins to count anew.
local function stay(name)
  redis.call('EXPIRE', name, 86400)
end

