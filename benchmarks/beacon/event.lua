-- For wrk: each request is a new visitor's new view of somebody's page, as a browser behind our
-- proxy tells of it. BENCH_SLUGS and BENCH_BROWSERS name files of one item a line; what came of it
-- all goes into the file BENCH_RESULT, as JSON.

local threads = 0
local random, format = math.random, string.format

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

local function lines(name)
    local found = {}
    for line in io.lines(os.getenv(name)) do
        found[#found + 1] = line
    end
    return found
end

local slugs, heads, made, begun
local addresses, sizes, tails = {}, {}, {}

function init()
    math.randomseed(os.time() * 1000 + number)
    slugs, heads, made, begun = lines("BENCH_SLUGS"), {}, 0, os.time() * 1000
    for place, browser in ipairs(lines("BENCH_BROWSERS")) do
        heads[place] = table.concat({
            "POST /e HTTP/1.1",
            "Host: events.example",
            "User-Agent: " .. browser,
            "Content-Type: text/plain;charset=UTF-8",
            "Accept: */*",
            "Accept-Language: en-GB,en;q=0.9",
            "Accept-Encoding: gzip, deflate, br, zstd",
            "Origin: https://people.example",
            "Referer: https://people.example/",
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Mode: cors",
            "Sec-Fetch-Dest: empty",
            "X-Forwarded-For: ",
        }, "\r\n")
    end
    for place = 1, 65536 do
        addresses[place] = format("%d.%d.%d.%d", random(11, 99), random(0, 255), random(0, 255),
            random(1, 254))
    end
    for place, slug in ipairs(slugs) do
        tails[place] = format('","type":"view","slug":"%s",'
            .. '"data":{"referrer":"https://www.google.com/","screen":"desktop","language":"en-GB"}}',
            slug)
        sizes[place] = format('\r\nContent-Length: %d\r\n\r\n{"id":"',
            #'{"id":"' + 36 + #tails[place])
    end
end

-- A UUIDv7; its time is when the run began, plus the number of events since, as milliseconds.
local function id()
    made = made + 1
    local time = begun + made
    return format("%08x-%04x-7%03x-%04x-%012x", math.floor(time / 65536), time % 65536,
        random(0, 4095), random(32768, 49151), random(0, 281474976710655))
end

-- All that can be put together beforehand is: who sends takes its time from who is measured.
function request()
    local name = random(#slugs)
    return heads[random(#heads)] .. addresses[random(#addresses)] .. sizes[name] .. id()
        .. tails[name]
end

function done(summary, latency)
    local wrong = summary.errors
    local file = io.open(os.getenv("BENCH_RESULT"), "w")
    file:write(format(
        '{"seconds":%f,"acknowledged":%d,"refused":%d,"broken":%d,"p50":%f,"p99":%f,"most":%f}',
        summary.duration / 1e6, summary.requests - wrong.status, wrong.status,
        wrong.connect + wrong.read + wrong.write + wrong.timeout,
        latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
    file:close()
end
