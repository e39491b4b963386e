-- Gives a lease back when the node still has it.
-- KEYS 1 hash: node, fence
-- ARGV 1 node
if redis.call('HGET', KEYS[1], 'node') == ARGV[1] then
  redis.call('DEL', KEYS[1])
end
return 1
