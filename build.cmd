@echo off
rem Restores and builds everything. --test also runs the tests, --pack also makes the package (artifacts\).
rem --bench also runs the benchmarks, all or those named after it: `quick` in front does a little of each, `micro` are those of single operations,
rem and `architectures` those of other models, which do not run otherwise.
setlocal
cd /d "%~dp0"
set test=
set pack=
set bench=
set workloads=
set configuration=Release
:arguments
if "%~1"=="" goto build
if "%~1"=="--test" (set test=1) else if "%~1"=="--pack" (set pack=1) else if "%~1"=="--bench" (set bench=1) else if "%~1"=="--debug" (set configuration=Debug) else if defined bench (set workloads=%workloads% %1) else (
  echo usage: build.cmd [--debug] [--test] [--pack] [--bench [WORKLOAD...]] 1>&2
  exit /b 2
)
shift
goto arguments

:build
dotnet build Microsoft.ML.SentenceEmbedding.slnx --configuration %configuration% || exit /b 1
if defined test (
  dotnet run --project test/Microsoft.ML.SentenceEmbedding.Tests --configuration %configuration% --no-build || exit /b 1
)
if defined pack (
  dotnet pack Microsoft.ML.SentenceEmbedding --configuration %configuration% --no-build --output artifacts || exit /b 1
)
if defined bench (
  dotnet run --project test/Microsoft.ML.SentenceEmbedding.Benchmarks --configuration %configuration% --no-build -- %workloads% || exit /b 1
)
