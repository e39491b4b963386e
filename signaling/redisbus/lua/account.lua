-- Notes, renews or strikes off accounts that are connected to a node, or only
-- counts the nodes they are connected to. Each node's accounts are one set: a
-- heartbeat renews all of it, and a node that did not renew in time is struck
-- off with all it had. So a script makes a few calls for each node and none for
-- each account. The clock is the server's: nodes need not agree on the time.
-- KEYS 1 sorted set: node by the time (ms) its word ends; a node's set is KEYS[1]:node
-- ARGV 1 "attend", "quit" or "count"  2 life in ms  3 node  4... accounts
-- Answers for each how many nodes had the account before "attend", and how many
-- have it after "quit" or at "count".
local function of(node)
  return KEYS[1] .. ':' .. node
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, ended in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
  redis.call('DEL', of(ended))
  redis.call('ZREM', KEYS[1], ended)
end
if ARGV[1] == 'quit' then
  redis.call('SREM', of(ARGV[3]), unpack(ARGV, 4))
end
local nodes = {}
for i = 4, #ARGV do
  nodes[i - 3] = 0
end
for _, node in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  for i, has in ipairs(redis.call('SMISMEMBER', of(node), unpack(ARGV, 4))) do
    nodes[i] = nodes[i] + has
  end
end
if ARGV[1] == 'attend' then
  redis.call('SADD', of(ARGV[3]), unpack(ARGV, 4))
  redis.call('PEXPIRE', of(ARGV[3]), ARGV[2])
  redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return nodes
