// Package redisbus is signaling.Bus over Redis 7, or over a Redis in the same
// process when one machine is enough.
//
// What takes more than one command is one Lua script, embedded from lua/:
// Redis runs a script as one step, and so does the embedded server. Times come
// from the Redis server, so nodes need not agree on theirs. Each script uses
// keys of one room or one topic, or those of the accounts, marked with braces,
// so that a cluster would keep them together.
//
// Everything here has an end of life and nothing is durable. An emptied Redis
// costs a gap in the presence in rooms until the next heartbeat (10 s), "unknown"
// for those who ask for accounts that are not connected to their own node (15 s),
// "lost" for those who ask for what they missed, and a question to the store for
// generations.
//
// Open with "embedded" starts miniredis on a loopback port with a random
// password. It does not let keys end by itself: a ticker tells it how much time
// has really passed.
//
// Relaying the signaling of a room to the node that holds it is not built yet:
// Hold answers signaling.ErrElsewhere and the client is told to come back.
//
// Not used, so that both servers behave alike: sharded publish, keyspace
// events, functions, client tracking, ends of life of hash fields.
package redisbus
