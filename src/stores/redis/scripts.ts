import { hash } from 'node:crypto';
import type { Arg, Reply, Send } from './commands.ts';

/** A Lua script, which Redis carries out as one: nobody sees half of it. All its keys are in the slot of its first one. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

/** A script with its digest. */
export const script = (lua: string): Script => ({ lua, sha: hash('sha1', lua) });

/** Runs a script by its digest, and sends its text where a server does not know it yet. */
export async function runScript(send: Send, { lua, sha }: Script, keys: readonly string[], args: readonly Arg[]): Promise<Reply> {
  const rest = [String(keys.length), ...keys, ...args];
  try {
    return await send(['evalsha', sha, ...rest], keys[0]);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return send(['eval', lua, ...rest], keys[0]);
  }
}

/** Takes an entry out of all indexes, as far as what is kept of it can be read. `base` is what keys begin with. */
const FORGET = `
local function weigh(bytes)
  local sum = redis.pcall('HINCRBY', base .. 'x', 'bytes', bytes)
  if type(sum) == 'table' then redis.call('HSET', base .. 'x', 'bytes', math.max(0, bytes)) end
end
local function forget(member)
  local kept = redis.call('HGET', base .. 'x', member)
  if not kept then return end
  for word in string.gmatch(kept, ' (%S+)') do redis.call('ZREM', base .. 'i:' .. word, member) end
  redis.call('HDEL', base .. 'x', member)
  redis.call('ZREM', base .. 'drop', member)
  weigh(-(tonumber(string.match(kept, '^%d+ ')) or 0))
end
`;

/** Cleans the indexes of entries that the server has let go of, at most so many. */
const SWEEP = `${FORGET}
local function sweep(now, most)
  local count = 0
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', base .. 'drop', '-inf', now, 'LIMIT', 0, most)) do
    if redis.call('EXISTS', base .. 'e:' .. member) == 0 then
      forget(member)
      count = count + 1
    end
  end
  return count
end
`;

export const SCRIPTS = {
  /**
   * KEYS: entry, names. ARGV: base, member, createdAt, dropAt, time to live, now, bytes, indexes, channel, message, fields and values.
   * What was there goes first and what comes is written last: where a key of the slot has just moved to another server of a cluster the
   * script breaks off, and an entry that is in no index could not be deleted by its tags. Before all a write that takes room and changes
   * nothing: it fails where the server is full, which after the first one that takes none would refuse nothing more.
   */
  set: script(`
local base, member = ARGV[1], ARGV[2]
${SWEEP}
redis.call('HSETNX', KEYS[2], 'bytes', '0')
redis.call('UNLINK', KEYS[1])
forget(member)
if ARGV[5] == '' or tonumber(ARGV[5]) > 0 then
  redis.call('HSET', KEYS[2], member, ARGV[7] .. ' ' .. ARGV[8])
  weigh(tonumber(ARGV[7]))
  for index in string.gmatch(ARGV[8], '%S+') do redis.call('ZADD', base .. 'i:' .. index, ARGV[3], member) end
  if ARGV[5] ~= '' then redis.call('ZADD', base .. 'drop', ARGV[4], member) end
  local fields = {}
  for at = 11, #ARGV do fields[#fields + 1] = ARGV[at] end
  redis.call('HSET', KEYS[1], unpack(fields))
  if ARGV[5] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[5]) end
end
redis.call('PUBLISH', ARGV[9], ARGV[10])
sweep(ARGV[6], 10)
return 1`),

  /**
   * Lets go of what stands in the place of the indexes of an entry and is none, whoever put it there. KEYS: names. ARGV: base, indexes.
   */
  mend: script(`
local base = ARGV[1]
local function only(kind, key)
  local is = redis.call('TYPE', key).ok
  if is ~= kind and is ~= 'none' then redis.call('UNLINK', key) end
end
only('hash', KEYS[1])
only('zset', base .. 'drop')
for index in string.gmatch(ARGV[2], '%S+') do only('zset', base .. 'i:' .. index) end
return 1`),

  /** KEYS: entry. ARGV: base, member, expiresAt, now, channel, message. */
  touch: script(`
local base, member, expires = ARGV[1], ARGV[2], tonumber(ARGV[3])
local kept = redis.call('HMGET', KEYS[1], 'h', 'e', 'd')
if not kept[1] then return 0 end
redis.call('HSET', KEYS[1], 'e', ARGV[3])
if kept[3] and kept[3] ~= '' then
  local drop = tonumber(kept[3])
  if kept[2] and kept[2] ~= '' then drop = drop + (expires - tonumber(kept[2])) else drop = math.max(drop, expires) end
  local text = string.format('%.17g', drop)
  redis.call('HSET', KEYS[1], 'd', text)
  redis.call('ZADD', base .. 'drop', text, member)
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.max(0, math.ceil(drop - tonumber(ARGV[4])))))
end
redis.call('PUBLISH', ARGV[5], ARGV[6])
return 1`),

  /** Deletes entries that are still as they were read. KEYS: names. ARGV: base, channel, message, then member, first bytes of its head, expiresAt. */
  remove: script(`
local base, count = ARGV[1], 0
${FORGET}
for at = 4, #ARGV, 3 do
  local member = ARGV[at]
  local kept = redis.call('HMGET', base .. 'e:' .. member, 'h', 'e')
  if not kept[1] then
    forget(member)
  elseif string.sub(kept[1], 1, 4) == ARGV[at + 1] and (kept[2] or '') == ARGV[at + 2] then
    redis.call('UNLINK', base .. 'e:' .. member)
    forget(member)
    count = count + 1
  end
end
if count > 0 then redis.call('PUBLISH', ARGV[2], ARGV[3]) end
return count`),

  /** Deletes the oldest entries of the index of all up to a moment. KEYS: names. ARGV: base, moment, most. Gives how many it looked at and had. */
  clear: script(`
local base, count = ARGV[1], 0
${FORGET}
local members = redis.call('ZRANGEBYSCORE', base .. 'i:a', '-inf', ARGV[2], 'LIMIT', 0, ARGV[3])
for _, member in ipairs(members) do
  count = count + redis.call('UNLINK', base .. 'e:' .. member)
  forget(member)
  redis.call('ZREM', base .. 'i:a', member)
end
return { #members, count }`),

  /** Deletes an entry that no index knows. KEYS: entry, names. ARGV: member. */
  orphan: script(`
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then return 0 end
return redis.call('UNLINK', KEYS[1])`),

  /** Cleans an index of members whose entries are gone. KEYS: names. ARGV: base, index, members. */
  gone: script(`
local base = ARGV[1]
${FORGET}
for at = 3, #ARGV do
  if redis.call('EXISTS', base .. 'e:' .. ARGV[at]) == 0 then
    forget(ARGV[at])
    redis.call('ZREM', base .. 'i:' .. ARGV[2], ARGV[at])
  end
end
return 1`),

  /** KEYS: names. ARGV: base, now, most. */
  sweep: script(`
local base = ARGV[1]
${SWEEP}
return sweep(ARGV[2], ARGV[3])`),

  /**
   * The next members of an index, in its order (score, then bytes), after one that may be gone by now.
   * KEYS: index. ARGV: base, `up` or `down`, score and member of the last one (or empty), how many, upper end of scores.
   * Gives member, score, head, expiresAt, dropAt and size of the body for each.
   */
  page: script(`
local key, base, down, score, member, most = KEYS[1], ARGV[1], ARGV[2] == 'down', ARGV[3], ARGV[4], tonumber(ARGV[5])
local function before(a, b)
  for at = 1, math.min(#a, #b) do
    local x, y = string.byte(a, at), string.byte(b, at)
    if x ~= y then return x < y end
  end
  return #a < #b
end
local top = redis.call('ZCOUNT', key, '-inf', ARGV[6])
local at = down and top or 0
if score ~= '' then
  local rank = redis.call('ZRANK', key, member)
  if rank and redis.call('ZSCORE', key, member) == score then
    at = down and rank or rank + 1
  else
    at = redis.call('ZCOUNT', key, '-inf', '(' .. score)
    local last = redis.call('ZCOUNT', key, '-inf', score)
    while at < last do
      local middle = math.floor((at + last) / 2)
      if before(redis.call('ZRANGE', key, middle, middle)[1], member) then at = middle + 1 else last = middle end
    end
  end
end
local first, last = at, math.min(top, at + most) - 1
if down then first, last = math.max(0, at - most), math.min(top, at) - 1 end
local found = {}
if last < first then return found end
local members = redis.call('ZRANGE', key, first, last, 'WITHSCORES')
for i = 1, #members, 2 do
  local own = down and #members - i or i
  local entry = base .. 'e:' .. members[own]
  local kept = redis.pcall('HMGET', entry, 'h', 'e', 'd')
  if kept.err then kept = { '', '', '' } end
  local size = kept[1] and kept[1] ~= '' and redis.call('HSTRLEN', entry, 'b') or 0
  for _, value in ipairs({ members[own], members[own + 1], kept[1], kept[2], kept[3], size }) do found[#found + 1] = value end
end
return found`),

  /**
   * KEYS: records, counter. ARGV: name, value, version that must be there (or empty). What stands there and is no record is as good as nothing.
   * Versions never go back, also when the server lost what it had: each is the time at least, in microseconds.
   */
  putRecord: script(`
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then redis.call('UNLINK', KEYS[1]) end
local kept = redis.call('HGET', KEYS[1], ARGV[1])
if (kept and string.match(kept, '^(%d+) "') or '') ~= ARGV[3] then return 0 end
local time, last = redis.call('TIME'), redis.pcall('GET', KEYS[2])
last = type(last) == 'string' and tonumber(string.match(last, '^%d+$')) or 0
local version = string.format('%.0f', math.max(last + 1, time[1] * 1000000 + time[2]))
redis.call('SET', KEYS[2], version)
redis.call('HSET', KEYS[1], ARGV[1], version .. ' ' .. ARGV[2])
return 1`),

  /** The layout that was written first. KEYS: layout. ARGV: version and parts. */
  layout: script(`
local kept = redis.call('GET', KEYS[1])
if kept then return kept end
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]`),
} as const;
