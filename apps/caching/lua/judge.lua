-- The tag index of one stream, as a hash: where it stands ('@log', '@floor', '@heard', '@below') and, for each
-- mark, its letter and tag with the greatest position. 'C' changed, 'G' gone; 'e' expired, 'c' changed and
-- 'g' gone with all that is below the tag. '@below' is there once any of those three is.

local function number(position)
  return string.format('%.0f', position)
end

local function newest(index, letter, tags)
  local found = 0
  for first = 1, #tags, 1000 do
    local fields = {}
    for at = first, math.min(first + 999, #tags) do
      fields[#fields + 1] = letter .. tags[at]
    end
    for _, position in ipairs(redis.call('HMGET', index, unpack(fields))) do
      found = math.max(found, tonumber(position or 0))
    end
  end
  return found
end

-- What became since the stamp of something with these tags: 0 fresh, 1 expired, 2 changed, 3 gone, -1 where
-- there is no index; with the index's log and position. `above`: the tags and all that are above them.
local function judge(index, log, stamp, tags, above)
  local at = redis.call('HMGET', index, '@log', '@floor', '@heard', '@below')
  if not at[1] then
    return -1, '', '0'
  end
  local function state()
    if at[1] ~= log or stamp < tonumber(at[2]) then
      return 3
    end
    if stamp >= tonumber(at[3]) then
      return 0
    end
    for _, each in ipairs({{3, 'G', 'g'}, {2, 'C', 'c'}}) do
      if newest(index, each[2], tags) > stamp or (at[4] and newest(index, each[3], above) > stamp) then
        return each[1]
      end
    end
    return (at[4] and newest(index, 'e', above) > stamp) and 1 or 0
  end
  return state(), at[1], at[3]
end
