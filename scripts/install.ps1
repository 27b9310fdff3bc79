<#
.SYNOPSIS
Installs aiwg-daemon on Windows, after checking its sum.
.DESCRIPTION
Needs no administrator. Doing it again brings it up to date.
.PARAMETER From
Where a release's files are: a directory, or the address of a release's downloads. Default: beside this script.
.PARAMETER Prefix
Where to install. Default: Programs\aiwg-daemon of the local application data.
.PARAMETER Version
X.Y.Z; default: what the release has.
.EXAMPLE
./install.ps1 -From ./artifacts/release
#>
param(
  [string] $From = $env:AIWG_RELEASE,
  [string] $Prefix = (Join-Path $env:LOCALAPPDATA 'Programs\aiwg-daemon'),
  [string] $Version
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

if (-not $From) {
  $From = @($PSScriptRoot, (Join-Path $PSScriptRoot '..\artifacts\release')) | Where-Object { Test-Path (Join-Path $_ 'SHA256SUMS') } | Select-Object -First 1
  if (-not $From) { throw 'Where the release is has to be said: -From DIR|URL' }
}
# The process may be emulated: the machine counts.
$machine = if ($env:PROCESSOR_ARCHITEW6432) { $env:PROCESSOR_ARCHITEW6432 } else { $env:PROCESSOR_ARCHITECTURE }
$rid = switch ($machine) {
  'AMD64' { 'win-x64' }
  'ARM64' { 'win-arm64' }
  default { throw "There is no program for $machine; use 'dotnet tool install --global AiwgDaemon'" }
}
$work = Join-Path ([IO.Path]::GetTempPath()) "aiwg-install-$PID"
New-Item -ItemType Directory -Force $work | Out-Null
try {
  function Get-ReleaseFile([string] $name) {
    $target = Join-Path $work $name
    if ($From -like 'https://*') { Invoke-WebRequest -UseBasicParsing -Uri "$($From.TrimEnd('/'))/$name" -OutFile $target }
    elseif ($From -like 'http://*') { throw "$From is not encrypted; use https" }
    else { Copy-Item -LiteralPath (Join-Path $From $name) $target }
    $target
  }

  $number = if ($Version) { [regex]::Escape($Version) } else { '[0-9]\S*' }
  $line = Get-Content (Get-ReleaseFile 'SHA256SUMS') | Where-Object { $_ -match "^[0-9a-f]{64}  aiwg-daemon-$number-$rid\.tar\.gz$" } | Select-Object -Last 1
  if (-not $line) { throw "The release in $From has no program for $rid" }
  $expected, $archive = $line -split '  ', 2
  $file = Get-ReleaseFile $archive
  $sum = (Get-FileHash -Algorithm SHA256 -LiteralPath $file).Hash.ToLowerInvariant()
  if ($sum -ne $expected) { throw "$archive is damaged or was changed: its sum is $sum, SHA256SUMS says $expected; nothing was installed" }

  $files = Join-Path $work 'files'
  New-Item -ItemType Directory -Force $files | Out-Null
  tar -xzf $file -C $files
  if ($LASTEXITCODE -ne 0) { throw "$archive cannot be unpacked" }
  New-Item -ItemType Directory -Force $Prefix | Out-Null
  $program = Join-Path $Prefix 'aiwg-daemon.exe'
  # A program that runs cannot be overwritten, but it can be moved aside.
  if (Test-Path $program) { Move-Item -Force $program "$program.old" }
  Copy-Item (Join-Path $files 'aiwg-daemon.exe') $program
  Remove-Item -ErrorAction SilentlyContinue "$program.old"

  $path = [Environment]::GetEnvironmentVariable('Path', 'User')
  if (";$path;" -notlike "*;$Prefix;*") {
    [Environment]::SetEnvironmentVariable('Path', "$path;$Prefix".TrimStart(';'), 'User')
    Write-Output "$Prefix was added to your Path; new windows have it"
  }
  Write-Output "Installed $(& $program --version) to $program"
  Write-Output "Completions: aiwg-daemon completions pwsh >> `$PROFILE"
  Write-Output "To undo: Remove-Item -Recurse '$Prefix', and take it out of your Path"
} finally {
  Remove-Item -Recurse -Force $work
}
