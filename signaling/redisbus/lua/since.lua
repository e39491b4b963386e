-- Answers where a topic is and what is kept of it. A topic nobody published on
-- gets its epoch here, so that the answer holds for what comes next.
-- KEYS 1 hash: epoch, offset, bytes  2 list: "<offset> <ms> <body>"
-- ARGV 1 epoch if there is none yet  2 life of the position in ms
--      3 its life while nothing was published: anybody may ask for any name
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if not epoch then
  epoch = ARGV[1]
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'offset', 0, 'bytes', 0)
  redis.call('DEL', KEYS[2])
end
local offset = tonumber(redis.call('HGET', KEYS[1], 'offset'))
redis.call('PEXPIRE', KEYS[1], offset > 0 and ARGV[2] or ARGV[3])
return {epoch, offset, redis.call('LRANGE', KEYS[2], 0, -1)}
