#!/usr/bin/env bash
# Qdrant: the server at QDRANT_URL where that is set, else Qdrant's own engine (PyPI qdrant-edge-py) behind test/stores/qdrant-adapter, as its server is in
# no package registry.
set -uo pipefail

state=$SERVICES_STATE/qdrant-data
port=17633
venv=${REPRISE_QDRANT_VENV:-$SERVICES_STATE/qdrant}
adapter=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/test/stores/qdrant-adapter/server.py

# In memory where there is enough, as nothing here has to outlive the machine, and the engine waits for the disk with every index.
collections=$state/collections
if [ "$(df -k --output=avail /dev/shm 2>/dev/null | tail -1)" -gt 2000000 ] 2>/dev/null; then collections=/dev/shm/reprise-qdrant-$port; fi

installed() { compgen -G "$venv/lib/python3*/site-packages/qdrant_edge" | head -1; }
say() { echo "$*" >&2; }
is_up() { [ -f "$state/pid" ] && [ -r "/proc/$(cat "$state/pid")/cmdline" ] && tr '\0' ' ' <"/proc/$(cat "$state/pid")/cmdline" | grep -q qdrant-adapter; }
answers() { "$venv/bin/python" -c "import urllib.request as r; r.urlopen('http://127.0.0.1:$port/', timeout=2)" 2>/dev/null; }

start() {
  # Faults are made with servers of the tests' own, and so always with the engine.
  if [ -n "$(installed)" ]; then echo "export REPRISE_TEST_QDRANT_PYTHON=$venv/bin/python"; fi
  if [ -n "${QDRANT_URL:-}" ]; then
    echo "export REPRISE_TEST_QDRANT_URL=$QDRANT_URL"
    return 0
  fi
  if [ -z "$(installed)" ]; then
    say "Qdrant's engine is missing: python3 -m venv $venv && $venv/bin/pip install qdrant-edge-py==0.9.0"
    return 1
  fi
  mkdir -p "$state"
  if ! is_up; then
    "$venv/bin/python" -B "$adapter" --port "$port" --folder "$collections" </dev/null >>"$state/log" 2>&1 &
    echo $! >"$state/pid"
    disown
    for _ in $(seq 150); do
      answers && break
      sleep 0.1
    done
  fi
  if ! answers; then
    say "Qdrant's engine did not come up; its log is in $state."
    return 1
  fi
  echo "export REPRISE_TEST_QDRANT_URL=http://127.0.0.1:$port"
}

# Ends what was started here, and forgets what it wrote.
stop() {
  if is_up; then
    local pid
    pid=$(cat "$state/pid")
    kill -CONT "$pid" 2>/dev/null
    kill "$pid" 2>/dev/null
    for _ in $(seq 50); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
  fi
  rm -rf "$state" "$collections"
}

status() {
  if [ -n "${QDRANT_URL:-}" ]; then
    echo "qdrant: the server at QDRANT_URL"
  elif is_up; then
    echo "qdrant $port: up"
  else
    echo "qdrant $port: down"
    return 1
  fi
}

"$1"
