-- Sends the requests that bench/peers/load.py has written, each time with a new id.
-- Arguments: the folder, how many there are, a seed. Tells one line of JSON at the end.

local heads, tails, count, turn = {}, {}, 0, 0

function init(arguments)
  local folder = arguments[1]
  count = tonumber(arguments[2])
  math.randomseed(tonumber(arguments[3]))
  for number = 1, count do
    local file = assert(io.open(folder .. "/request-" .. (number - 1), "rb"))
    local text = file:read("*a")
    file:close()
    local from, to = assert(text:find("{id}", 1, true))
    heads[number] = text:sub(1, from - 1)
    tails[number] = text:sub(to + 1)
  end
end

local function id()
  local random = math.random
  return string.format(
    "%08x-%04x-4%03x-%04x-%06x%06x",
    random(0, 0x7fffffff), random(0, 0xffff), random(0, 0xfff),
    random(0x8000, 0xbfff), random(0, 0xffffff), random(0, 0xffffff)
  )
end

function request()
  turn = turn % count + 1
  return heads[turn] .. id() .. tails[turn]
end

function done(summary, latency, _)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    '\n{"seconds": %f, "answered": %d, "bad": %d, "p50": %f, "p99": %f, "slowest": %f}\n',
    summary.duration / 1e6, summary.requests + lost, errors.status + lost,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000
  ))
end
