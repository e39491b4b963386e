-- Adds, renews or takes away people and counts those present. Who was not
-- renewed in time is swept first. The clock is the server's, so that nodes need
-- not agree on the time.
-- KEYS 1 sorted set: person by the time (ms) presence ends
-- ARGV 1 "arrive", "depart" or "count"  2 life in ms  3.. people
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
for i = 3, #ARGV do
  if ARGV[1] == 'arrive' then
    redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[i])
  else
    redis.call('ZREM', KEYS[1], ARGV[i])
  end
end
if ARGV[1] == 'arrive' then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return redis.call('ZCARD', KEYS[1])
