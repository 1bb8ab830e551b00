#!/usr/bin/env bash
# @MARK@; change the values or the code of the system instead.
# Applies @SYSTEM@ in @ENVIRONMENT@ stage by stage, each when the one before is healthy; stops at the first error.
set -euo pipefail

usage() {
  cat <<'END'
Usage: deploy.sh [--with-ingress] [--dry-run] [--timeout SECONDS] [--context NAME]

  --with-ingress     also apply what lets requests in from outside: Ingress, Gateway, routes
  --dry-run          print the stages in order, and change nothing
  --timeout SECONDS  time that each workload and each Job has (default: 600)
  --context NAME     context of kubectl (default: the current one)
END
}

fail() {
  echo "deploy.sh: $*" >&2
  exit 1
}

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
with_ingress=false
dry_run=false
timeout=600
kubectl=(kubectl)

while (($#)); do
  case $1 in
    --with-ingress) with_ingress=true ;;
    --dry-run) dry_run=true ;;
    --timeout)
      [[ ${2-} =~ ^[1-9][0-9]*$ ]] || fail "--timeout needs a number of seconds"
      timeout=$2
      shift
      ;;
    --context)
      [[ -n ${2-} ]] || fail "--context needs a name"
      kubectl+=(--context "$2")
      shift
      ;;
    -h | --help)
      usage
      exit
      ;;
    *) fail "unknown option '$1'; see --help" ;;
  esac
  shift
done

$dry_run || command -v kubectl >/dev/null || fail "kubectl is not on the PATH"

# begin STAGE
begin() {
  echo "==> $1"
}

# need NAMESPACE KIND/NAME[=KEYS]...: stop where something is missing that nothing here makes.
need() {
  local namespace=$1 item missing=()
  shift
  for item in "$@"; do
    if $dry_run; then
      echo "    needs ${item%%=*} in $namespace"
    elif ! "${kubectl[@]}" --namespace "$namespace" get "${item%%=*}" >/dev/null; then
      missing+=("$item")
    fi
  done
  ((${#missing[@]} == 0)) || fail "make these in the namespace $namespace first, then run this again: ${missing[*]}"
}

# apply FILE...
apply() {
  local file files=()
  for file in "$@"; do
    if $dry_run; then echo "    apply $file"; fi
    files+=(--filename "$here/$file")
  done
  $dry_run || "${kubectl[@]}" apply --server-side "${files[@]}"
}

# ingress FILE...: apply what lets requests in, where it was asked for.
ingress() {
  if $with_ingress; then
    apply "$@"
  else
    printf '    skip %s, without --with-ingress\n' "$@"
  fi
}

# rollout NAMESPACE KIND/NAME...: wait until the pods of workloads are ready.
rollout() {
  local namespace=$1 name
  shift
  for name in "$@"; do
    if $dry_run; then
      echo "    wait for $name"
    else
      "${kubectl[@]}" --namespace "$namespace" rollout status "$name" --timeout "${timeout}s"
    fi
  done
}

# await NAMESPACE KIND/NAME TEMPLATE GOOD BAD: wait until the template gives one of the words that are good.
await() {
  local namespace=$1 name=$2 template=$3 good=$4 bad=$5 found word until
  if $dry_run; then
    echo "    wait for $name"
    return
  fi
  until=$((SECONDS + timeout))
  while true; do
    found=$("${kubectl[@]}" --namespace "$namespace" get "$name" --output "jsonpath=$template")
    for word in $found; do
      if [[ " $good " == *" $word "* ]]; then
        echo "$name: $word"
        return
      fi
      if [[ " $bad " == *" $word "* ]]; then
        if [[ $name == job/* ]]; then
          "${kubectl[@]}" --namespace "$namespace" logs "$name" --all-containers --tail 50 >&2 || true
          fail "$name in $namespace: $word; delete it, and it runs again"
        fi
        fail "$name in $namespace: $word"
      fi
    done
    ((SECONDS < until)) || fail "$name in $namespace was not ready in ${timeout} s; it is: ${found:-without a status}"
    sleep 2
  done
}

@CALLS@

echo "==> done"
