-- Notes a generation unless a higher one is known.
-- KEYS 1 string: the generation
-- ARGV 1 generation  2 life in ms
local known = tonumber(redis.call('GET', KEYS[1]) or '-1')
if tonumber(ARGV[1]) >= known then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return 1
