-- Takes or renews a lease; 0 when another node has it. A new holder's fence is
-- higher than any before, also after the server was emptied: it is at least the
-- time in microseconds.
-- KEYS 1 hash: node, fence  2 string: the last fence
-- ARGV 1 node  2 life in ms  3 life of the fence in ms
local node = redis.call('HGET', KEYS[1], 'node')
if node and node ~= ARGV[1] then
  return 0
end
local fence = redis.call('HGET', KEYS[1], 'fence')
if not node then
  local time = redis.call('TIME')
  local now = time[1] * 1000000 + time[2]
  fence = math.max(now, tonumber(redis.call('GET', KEYS[2]) or '0') + 1)
  fence = string.format('%d', fence)
  redis.call('HSET', KEYS[1], 'node', ARGV[1], 'fence', fence)
  redis.call('SET', KEYS[2], fence, 'PX', ARGV[3])
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return tonumber(fence)
