-- Gives a publication its place, keeps it, and sends it to all nodes, as one
-- step: nobody can see an offset without its entry.
-- KEYS 1 hash: epoch, offset, bytes  2 list: "<offset> <ms> <body>"
-- ARGV 1 epoch if there is none yet  2 body  3 channel  4 topic
--      5 most entries  6 most bytes  7 most age in ms  8 life of the position in ms
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if not epoch then
  epoch = ARGV[1]
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'offset', 0, 'bytes', 0)
  redis.call('DEL', KEYS[2])
end
local offset = redis.call('HINCRBY', KEYS[1], 'offset', 1)
local bytes = #ARGV[2]
if redis.call('EXISTS', KEYS[2]) == 1 then
  bytes = bytes + tonumber(redis.call('HGET', KEYS[1], 'bytes'))
end
redis.call('RPUSH', KEYS[2], string.format('%d %d %s', offset, now, ARGV[2]))
while true do
  local head = redis.call('LINDEX', KEYS[2], 0)
  if not head then break end
  local _, front, at = string.find(head, '^%d+ (%d+) ')
  if redis.call('LLEN', KEYS[2]) <= tonumber(ARGV[5]) and bytes <= tonumber(ARGV[6])
    and now - at <= tonumber(ARGV[7]) then break end
  bytes = bytes - (#head - front)
  redis.call('LPOP', KEYS[2])
end
redis.call('HSET', KEYS[1], 'bytes', bytes)
redis.call('PEXPIRE', KEYS[1], ARGV[8])
redis.call('PEXPIRE', KEYS[2], ARGV[7])
redis.call('PUBLISH', ARGV[3], string.format('%s %s %d %s', ARGV[4], epoch, offset, ARGV[2]))
return {epoch, offset}
