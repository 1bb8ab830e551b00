#!/usr/bin/env pwsh
# @MARK@; change the values or the code of the system instead.
<#
.SYNOPSIS
Removes @SYSTEM@ in @ENVIRONMENT@, in the reverse order of deploy.ps1; what must not be lost stays unless it is told.
.PARAMETER DeleteData
Also delete volumes, data stores and sealed or external secrets.
.PARAMETER DeleteNamespace
Also delete all of that, and the namespace with whatever else is in it.
.PARAMETER Yes
Do not ask before deleting data.
.PARAMETER DryRun
Print the stages in order, and change nothing.
.PARAMETER Timeout
Seconds that the objects of each stage have to go.
.PARAMETER Context
Context of kubectl. Default: the current one.
#>
[CmdletBinding()]
param(
    [switch]$DeleteData,
    [switch]$DeleteNamespace,
    [switch]$Yes,
    [switch]$DryRun,
    [ValidateRange(1, 86400)][int]$Timeout = 600,
    [string]$Context = ''
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$here = $PSScriptRoot
$kubectlArgs = @()
if ($Context) { $kubectlArgs = @('--context', $Context) }
$withData = $DeleteData -or $DeleteNamespace

if ($withData -and -not $DryRun -and -not $Yes) {
    if ([Console]::IsInputRedirected) {
        throw 'undeploy.ps1: data is deleted only when a person confirms it, or with -Yes'
    }
    $current = & kubectl @kubectlArgs config view --minify --output 'jsonpath={.current-context}'
    if ($LASTEXITCODE -ne 0) { throw 'undeploy.ps1: kubectl has no context' }
    Write-Output "This deletes the data of @SYSTEM@ in @ENVIRONMENT@, with the context '$current', for good."
    $answer = Read-Host 'Type @SYSTEM@ to go on'
    if ($answer -cne '@SYSTEM@') { throw 'undeploy.ps1: nothing was deleted' }
}

function Invoke-Kubectl {
    param([string[]]$Arguments)
    & kubectl @kubectlArgs @Arguments
    if ($LASTEXITCODE -ne 0) { throw "undeploy.ps1: kubectl $($Arguments -join ' ') failed" }
}

function Start-Stage {
    param([string]$Stage)
    Write-Output "==> $Stage"
}

function Remove-Files {
    param([string[]]$Files)
    $arguments = @('delete', '--ignore-not-found', '--timeout', "${Timeout}s")
    foreach ($file in $Files) {
        if ($DryRun) { Write-Output "    delete $file" }
        $arguments += @('--filename', (Join-Path $here $file))
    }
    if (-not $DryRun) { Invoke-Kubectl $arguments }
}

# Delete what must not be lost, where it was asked for.
function Remove-Data {
    param([string[]]$Files)
    if ($withData) { Remove-Files $Files; return }
    foreach ($file in $Files) { Write-Output "    keep $file, without -DeleteData" }
}

# Delete the volumes of a StatefulSet's pods, where it was asked for.
function Remove-Claims {
    param([string]$Namespace, [string]$Selector, [string]$Name)
    if (-not $withData) { Write-Output "    keep the volumes of $Name, without -DeleteData"; return }
    if ($DryRun) { Write-Output "    delete the volumes of $Name"; return }
    $arguments = @('delete', 'persistentvolumeclaim', '--selector', $Selector, '--timeout', "${Timeout}s")
    Invoke-Kubectl (@('--namespace', $Namespace) + $arguments)
}

# Delete a namespace with all that is in it, where it was asked for.
function Remove-Namespace {
    param([string[]]$Files)
    if ($DeleteNamespace) { Remove-Files $Files; return }
    foreach ($file in $Files) { Write-Output "    keep $file, without -DeleteNamespace" }
}

@CALLS@

Write-Output '==> done'
