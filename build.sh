#!/usr/bin/env bash
# Restores and builds everything. --test also runs the tests, --pack also makes the package (artifacts/).
# --bench also runs the benchmarks, all or those named after it: `quick` in front does a little of each, `micro` are those of single operations,
# and `architectures` those of other models, which do not run otherwise.
set -euo pipefail
cd "$(dirname "$0")"

test=false
pack=false
bench=false
workloads=()
configuration=Release
while [ $# -gt 0 ]; do
  case "$1" in
    --test) test=true ;;
    --pack) pack=true ;;
    --bench) bench=true ;;
    --debug) configuration=Debug ;;
    *) if $bench && [[ $1 != --* ]]; then workloads+=("$1"); else echo "usage: build.sh [--debug] [--test] [--pack] [--bench [WORKLOAD...]]" >&2; exit 2; fi ;;
  esac
  shift
done

dotnet build Microsoft.ML.SentenceEmbedding.slnx --configuration "$configuration"
if $test; then
  # The test program is run as it is: `dotnet test` would swallow what the parity tests report.
  dotnet run --project test/Microsoft.ML.SentenceEmbedding.Tests --configuration "$configuration" --no-build
fi
if $pack; then
  dotnet pack Microsoft.ML.SentenceEmbedding --configuration "$configuration" --no-build --output artifacts
fi
if $bench; then
  dotnet run --project test/Microsoft.ML.SentenceEmbedding.Benchmarks --configuration "$configuration" --no-build -- "${workloads[@]}"
fi
