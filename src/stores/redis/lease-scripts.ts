import { script } from './scripts.ts';

/**
 * A lease: the number of its holder and the moment it runs out by the server's clock. It is kept for a minute more, so that a holder who is
 * late may go on with it where nobody took it. What stands there and is none is as good as nothing.
 */
const LEASE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function textAt(key)
  local kept = redis.pcall('GET', key)
  return type(kept) == 'string' and kept or ''
end
local function holder()
  local fence, till = string.match(textAt(KEYS[1]), '^(%d+) (%d+)$')
  return fence, fence ~= nil and tonumber(till) > now
end
local function hold(fence, duration)
  local till = string.format('%.0f', now + tonumber(duration))
  redis.call('SET', KEYS[1], fence .. ' ' .. till, 'PX', string.format('%.0f', tonumber(duration) + 60000))
end
`;

/** The scripts of leases and logs. */
export const LEASE_SCRIPTS = {
  /**
   * KEYS: lease, fence. ARGV: duration. The fence never goes back, also when the server lost what it had: it is the time at least. While somebody
   * holds it, a write that changes nothing fails where the server takes none, as then nothing will be heard of the holder either.
   */
  acquire: script(`${LEASE}
local _, held = holder()
if held then
  redis.call('SETRANGE', KEYS[2], 0, '')
  return false
end
local fence = string.format('%.0f', math.max((tonumber(string.match(textAt(KEYS[2]), '^%d+$')) or 0) + 1, now))
redis.call('SET', KEYS[2], fence)
hold(fence, ARGV[1])
return fence`),

  /** KEYS: lease. ARGV: fence, duration. */
  renew: script(`${LEASE}
if holder() ~= ARGV[1] then return 0 end
hold(ARGV[1], ARGV[2])
return 1`),

  /** KEYS: lease. ARGV: fence, channel. */
  release: script(`${LEASE}
if holder() ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('PUBLISH', ARGV[2], '')
return 1`),

  /** KEYS: lease, stream. ARGV: fence, sequence number, bytes, time to live, channel. Pieces of earlier holders go. */
  append: script(`${LEASE}
local fence, held = holder()
if fence ~= ARGV[1] or not held then return 0 end
if ARGV[2] == '0' and redis.call('TYPE', KEYS[2]).ok ~= 'stream' then redis.call('UNLINK', KEYS[2]) end
redis.call('XADD', KEYS[2], 'MINID', fence .. '-0', fence .. '-' .. ARGV[2], 'b', ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
redis.call('PUBLISH', ARGV[5], '')
return 1`),

  /** KEYS: lease, stream. ARGV: fence to read (or empty: of today's holder, else the last), first sequence number, most. */
  readLog: script(`${LEASE}
local fence, held = holder()
held = held and fence
if ARGV[1] ~= '' then
  fence = ARGV[1]
else
  fence = held
  if not fence then
    local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
    if not last then return { '', '' } end
    fence = string.match(last[1], '^%d+')
  end
end
local found = { held or '', fence }
for _, piece in ipairs(redis.call('XRANGE', KEYS[2], fence .. '-' .. ARGV[2], fence, 'COUNT', ARGV[3])) do
  found[#found + 1] = string.match(piece[1], '%d+$')
  found[#found + 1] = piece[2][2]
end
return found`),
} as const;
