#!/bin/sh
# Installs the servers that tests start themselves (a real Redis). Tests skip what is absent, so that nothing here
# may fail a build: without root or without a package index it says so and goes on.
set -u

if command -v redis-server >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "services: redis-server is absent and cannot be installed here; its tests are skipped" >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get install -y --no-install-recommends redis-server || { apt-get update && apt-get install -y --no-install-recommends redis-server; }; } >/dev/null 2>&1; then
  echo "services: redis-server could not be installed; its tests are skipped" >&2
fi
exit 0
