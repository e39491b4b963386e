-- Answers for how long (ms) nodes have noted here who is connected; 0 when
-- nobody did since the server was emptied.
-- KEYS 1 string: the time (ms) of the first note
-- ARGV 1 life in ms of the note, which is made or renewed; "" only asks
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local first = redis.call('GET', KEYS[1])
if ARGV[1] ~= '' then
  if not first then
    first = string.format('%d', now)
    redis.call('SET', KEYS[1], first)
  end
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
if not first then
  return 0
end
return now - first
