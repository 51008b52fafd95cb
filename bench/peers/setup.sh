#!/bin/sh
# Installs the peers that are measured beside this package, and makes their checkpoint from its bundled model.
# Afterwards `npm run bench` finds them. Nothing of this is needed for the package itself.
#
#   sh bench/peers/setup.sh [MODEL_FOLDER]
#
# PEERS_PYTHON names a Python that has requirements.txt installed; without it, bench/peers/.venv is made.
set -eu
cd "$(dirname "$0")/../.."
peers=bench/peers

if [ -z "${PEERS_PYTHON:-}" ]; then
  [ -x "$peers/.venv/bin/python" ] || python3 -m venv "$peers/.venv"
  "$peers/.venv/bin/pip" install --quiet --requirement "$peers/requirements.txt"
else
  mkdir -p "$peers/.venv/bin"
  # A link would lose the environment that the interpreter belongs to.
  printf '#!/bin/sh\nexec "%s" "$@"\n' "$PEERS_PYTHON" > "$peers/.venv/bin/python"
  chmod +x "$peers/.venv/bin/python"
fi
(cd "$peers" && npm ci --no-audit --no-fund)
"$peers/.venv/bin/python" "$peers/make_checkpoint.py" --model "${1:-models/contextsieve-small}"
