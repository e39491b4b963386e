-- Notes, renews or strikes off a node where accounts are connected, or only
-- counts such nodes. A node that did not renew in time is swept first. The
-- clock is the server's, so that nodes need not agree on the time.
-- KEYS sorted sets, one an account: node by the time (ms) its word ends
-- ARGV 1 "attend", "quit" or "count"  2 life in ms  3 node
-- Answers for each how many nodes had the account before "attend", and how many
-- have it after "quit" or at "count".
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local nodes = {}
for i = 1, #KEYS do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now)
  if ARGV[1] == 'quit' then
    redis.call('ZREM', KEYS[i], ARGV[3])
  end
  nodes[i] = redis.call('ZCARD', KEYS[i])
  if ARGV[1] == 'attend' then
    redis.call('ZADD', KEYS[i], now + ARGV[2], ARGV[3])
    redis.call('PEXPIRE', KEYS[i], ARGV[2])
  end
end
return nodes
