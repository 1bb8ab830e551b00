#!/usr/bin/env bash
# @MARK@; change the values or the code of the system instead.
# Builds the images of @SYSTEM@ in @ENVIRONMENT@, under the names by which the manifests ask for them.
set -euo pipefail

usage() {
  cat <<'END'
Usage: [REGISTRY=…] [VERSION=…] [ROOT=…] build-images.sh [--push] [--dry-run]

  --push     push each image when it is built
  --dry-run  print the commands, and run none

  REGISTRY   registry of the images, such as localhost:5000 (default: that of the manifests)
  VERSION    tag of the images (default: that of the manifests)
  ROOT       folder that is the build context (default: the root of the repository around this file)
END
}

fail() {
  echo "build-images.sh: $*" >&2
  exit 1
}

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
push=false
dry_run=false

while (($#)); do
  case $1 in
    --push) push=true ;;
    --dry-run) dry_run=true ;;
    -h | --help)
      usage
      exit
      ;;
    *) fail "unknown option '$1'; see --help" ;;
  esac
  shift
done

root=${ROOT:-$(git -C "$here" rev-parse --show-toplevel 2>/dev/null || true)}
[[ -n $root ]] || fail "there is no repository around $here; set ROOT to the build context"

run() {
  echo "==> $*"
  $dry_run || "$@"
}

# build DOCKERFILE REGISTRY PATH TAG
build() {
  local registry=${REGISTRY-$2} image
  registry=${registry%/}
  image=${registry:+$registry/}$3:${VERSION:-$4}
  [[ -f $root/$1 ]] || $dry_run || fail "there is no $root/$1; set ROOT to the build context"
  run docker build --file "$root/$1" --tag "$image" "$root"
  if $push; then run docker push "$image"; fi
}

@CALLS@
