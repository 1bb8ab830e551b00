#!/usr/bin/env pwsh
# @MARK@; change the values or the code of the system instead.
<#
.SYNOPSIS
Applies @SYSTEM@ in @ENVIRONMENT@ stage by stage, each when the one before is healthy; stops at the first error.
.PARAMETER WithIngress
Also apply what lets requests in from outside: Ingress, Gateway, routes.
.PARAMETER DryRun
Print the stages in order, and change nothing.
.PARAMETER Timeout
Seconds that each workload and each Job has.
.PARAMETER Context
Context of kubectl. Default: the current one.
#>
[CmdletBinding()]
param(
    [switch]$WithIngress,
    [switch]$DryRun,
    [ValidateRange(1, 86400)][int]$Timeout = 600,
    [string]$Context = ''
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$here = $PSScriptRoot
$kubectlArgs = @()
if ($Context) { $kubectlArgs = @('--context', $Context) }

function Invoke-Kubectl {
    param([string[]]$Arguments)
    & kubectl @kubectlArgs @Arguments
    if ($LASTEXITCODE -ne 0) { throw "deploy.ps1: kubectl $($Arguments -join ' ') failed" }
}

function Start-Stage {
    param([string]$Stage)
    Write-Output "==> $Stage"
}

# Stop where something is missing that nothing here makes: each item is KIND/NAME[=KEYS].
function Assert-Needed {
    param([string]$Namespace, [string[]]$Items)
    $missing = @()
    foreach ($item in $Items) {
        $name = $item.Split('=')[0]
        if ($DryRun) { Write-Output "    needs $name in $Namespace"; continue }
        $found = & kubectl @kubectlArgs --namespace $Namespace get $name --ignore-not-found --output name
        if ($LASTEXITCODE -ne 0 -or -not $found) { $missing += $item }
    }
    if ($missing) {
        throw "deploy.ps1: make these in the namespace $Namespace first, then run this again: $missing"
    }
}

function Invoke-Apply {
    param([string[]]$Files)
    $arguments = @('apply', '--server-side')
    foreach ($file in $Files) {
        if ($DryRun) { Write-Output "    apply $file" }
        $arguments += @('--filename', (Join-Path $here $file))
    }
    if (-not $DryRun) { Invoke-Kubectl $arguments }
}

# Apply what lets requests in, where it was asked for.
function Invoke-Ingress {
    param([string[]]$Files)
    if ($WithIngress) { Invoke-Apply $Files; return }
    foreach ($file in $Files) { Write-Output "    skip $file, without -WithIngress" }
}

# Wait until the pods of workloads are ready.
function Wait-Rollout {
    param([string]$Namespace, [string[]]$Names)
    foreach ($name in $Names) {
        if ($DryRun) { Write-Output "    wait for $name"; continue }
        Invoke-Kubectl @('--namespace', $Namespace, 'rollout', 'status', $name, '--timeout', "${Timeout}s")
    }
}

# Wait until the template gives one of the words that are good.
function Wait-Field {
    param([string]$Namespace, [string]$Name, [string]$Template, [string]$Good, [string]$Bad)
    if ($DryRun) { Write-Output "    wait for $Name"; return }
    $until = (Get-Date).AddSeconds($Timeout)
    while ($true) {
        $found = "$(Invoke-Kubectl @('--namespace', $Namespace, 'get', $Name, '--output', "jsonpath=$Template"))"
        foreach ($word in $found.Split(' ')) {
            if ($word -and $Good.Split(' ') -contains $word) { Write-Output "${Name}: $word"; return }
            if ($word -and $Bad.Split(' ') -contains $word) {
                if ($Name.StartsWith('job/')) {
                    & kubectl @kubectlArgs --namespace $Namespace logs $Name --all-containers --tail 50
                    throw "deploy.ps1: $Name in ${Namespace}: $word; delete it, and it runs again"
                }
                throw "deploy.ps1: $Name in ${Namespace}: $word"
            }
        }
        if ((Get-Date) -ge $until) {
            throw "deploy.ps1: $Name in $Namespace was not ready in $Timeout s; it is: $found"
        }
        Start-Sleep -Seconds 2
    }
}

@CALLS@

Write-Output '==> done'
