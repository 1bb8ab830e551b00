#!/usr/bin/env bash
# @MARK@; change the values or the code of the system instead.
# Removes @SYSTEM@ in @ENVIRONMENT@, in the reverse order of deploy.sh; what must not be lost stays unless it is told.
set -euo pipefail

usage() {
  cat <<'END'
Usage: undeploy.sh [--delete-data] [--delete-namespace] [--yes] [--dry-run] [--timeout SECONDS] [--context NAME]

  --delete-data       also delete volumes, data stores and sealed or external secrets
  --delete-namespace  also delete all of that, and the namespace with whatever else is in it
  --yes               do not ask before deleting data
  --dry-run           print the stages in order, and change nothing
  --timeout SECONDS   time that the objects of each stage have to go (default: 600)
  --context NAME      context of kubectl (default: the current one)
END
}

fail() {
  echo "undeploy.sh: $*" >&2
  exit 1
}

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
delete_data=false
delete_namespace=false
yes=false
dry_run=false
timeout=600
kubectl=(kubectl)

while (($#)); do
  case $1 in
    --delete-data) delete_data=true ;;
    --delete-namespace)
      delete_data=true
      delete_namespace=true
      ;;
    --yes) yes=true ;;
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

if $delete_data && ! $dry_run && ! $yes; then
  [[ -t 0 ]] || fail "data is deleted only when a person confirms it, or with --yes"
  context=$("${kubectl[@]}" config view --minify --output 'jsonpath={.current-context}')
  echo "This deletes the data of @SYSTEM@ in @ENVIRONMENT@, with the context '$context', for good."
  read -r -p "Type @SYSTEM@ to go on: " answer
  [[ $answer == @SYSTEM@ ]] || fail "nothing was deleted"
fi

# begin STAGE
begin() {
  echo "==> $1"
}

# remove FILE...
remove() {
  local file files=()
  for file in "$@"; do
    if $dry_run; then echo "    delete $file"; fi
    files+=(--filename "$here/$file")
  done
  $dry_run || "${kubectl[@]}" delete --ignore-not-found --timeout "${timeout}s" "${files[@]}"
}

# data FILE...: delete what must not be lost, where it was asked for.
data() {
  if $delete_data; then
    remove "$@"
  else
    printf '    keep %s, without --delete-data\n' "$@"
  fi
}

# claims NAMESPACE SELECTOR STATEFULSET: delete the volumes of a StatefulSet's pods, where it was asked for.
claims() {
  if ! $delete_data; then
    echo "    keep the volumes of $3, without --delete-data"
  elif $dry_run; then
    echo "    delete the volumes of $3"
  else
    "${kubectl[@]}" --namespace "$1" delete persistentvolumeclaim --selector "$2" --timeout "${timeout}s"
  fi
}

# namespace FILE...: delete a namespace with all that is in it, where it was asked for.
namespace() {
  if $delete_namespace; then
    remove "$@"
  else
    printf '    keep %s, without --delete-namespace\n' "$@"
  fi
}

@CALLS@

echo "==> done"
