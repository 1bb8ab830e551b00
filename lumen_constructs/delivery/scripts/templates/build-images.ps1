#!/usr/bin/env pwsh
# @MARK@; change the values or the code of the system instead.
<#
.SYNOPSIS
Builds the images of @SYSTEM@ in @ENVIRONMENT@, under the names by which the manifests ask for them.
.DESCRIPTION
The environment variables REGISTRY and VERSION take the place of the registry and the tag of the manifests; ROOT is the
folder that is the build context. Default: the root of the repository around this file.
.PARAMETER Push
Push each image when it is built.
.PARAMETER DryRun
Print the commands, and run none.
#>
[CmdletBinding()]
param(
    [switch]$Push,
    [switch]$DryRun
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$root = $env:ROOT
if (-not $root) { $root = & git -C $PSScriptRoot rev-parse --show-toplevel }
if (-not $root) {
    throw "build-images.ps1: there is no repository around $PSScriptRoot; set ROOT to the build context"
}

function Invoke-Docker {
    param([string[]]$Arguments)
    Write-Output "==> docker $($Arguments -join ' ')"
    if ($DryRun) { return }
    & docker @Arguments
    if ($LASTEXITCODE -ne 0) { throw "build-images.ps1: docker $($Arguments -join ' ') failed" }
}

function Build-Image {
    param([string]$Dockerfile, [string]$Registry, [string]$Path, [string]$Tag)
    if (Test-Path Env:REGISTRY) { $Registry = $env:REGISTRY }
    if ($env:VERSION) { $Tag = $env:VERSION }
    $image = "${Path}:$Tag"
    if ($Registry) { $image = "$($Registry.TrimEnd('/'))/$image" }
    $file = Join-Path $root $Dockerfile
    if (-not $DryRun -and -not (Test-Path $file)) {
        throw "build-images.ps1: there is no $file; set ROOT to the build context"
    }
    Invoke-Docker @('build', '--file', $file, '--tag', $image, $root)
    if ($Push) { Invoke-Docker @('push', $image) }
}

@CALLS@
