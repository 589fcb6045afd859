-- KEYS: entry, index of its tenant's stream. ARGV: schema version, that stream. Returns nothing where there is
-- no entry; else state, log and position as `judge` has them and, where it may be used, its remaining life in
-- ms and the value. A value begins with the length of its header (4 bytes), then the header in MessagePack:
-- [schema, name, stale_ms, fresh_for_s, [[stream, log, stamp, tags, tags and all above them], ...]].
local value = redis.call('GET', KEYS[1])
if not value then
  return false
end
local length = struct.unpack('>I4', value)
local header = cmsgpack.unpack(string.sub(value, 5, 4 + length))
if header[1] ~= tonumber(ARGV[1]) then
  return false
end
local state, log, heard = -1, '', '0'
for _, each in ipairs(header[5]) do
  if each[1] == ARGV[2] then
    state, log, heard = judge(KEYS[2], each[2], each[3], each[4], each[5])
  end
end
if state < 0 or state > 1 then
  return {state, log, heard}
end
return {state, log, heard, redis.call('PTTL', KEYS[1]), value}
