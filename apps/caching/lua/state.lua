-- KEYS: index. ARGV: log, stamp, MessagePack of [tags, tags and all above them].
local tags = cmsgpack.unpack(ARGV[3])
return {judge(KEYS[1], ARGV[1], tonumber(ARGV[2]), tags[1], tags[2])}
