"""The ``lumen`` command: its arguments, and which job each command is."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from lumen_constructs.cli.failures import FAILED, INTERRUPTED, UsageError
from lumen_constructs.cli.project import Project, find_project
from lumen_constructs.cli.usage import literal_help, usage_fault
from lumen_constructs.errors import LumenError
from lumen_constructs.values.files import shown

if TYPE_CHECKING:
    from lumen_constructs.system import System

try:
    import typer
except ImportError as missing:
    message = "the command line needs typer and rich; install lumen-constructs[cli]"
    raise LumenError(message) from missing

# What needs typer, once it is known to be there.
from lumen_constructs.cli.arguments import (
    Debug,
    Environment,
    Files,
    RequiredEnvironment,
    SetFiles,
    Sets,
    SetStrings,
    overrides,
    paths_by_key,
)

_HELP = ("-h", "--help")

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": _HELP},
    help="Kubernetes manifests from typed Python: rendered, checked as a whole, written for GitOps.",
)


def run() -> int:
    """Run the command that the arguments name; give its exit status."""
    command = typer.main.get_command(app)
    if not sys.argv[1:] or any(option in sys.argv for option in _HELP):
        command = literal_help(command)
    # What typer raises for a wrong command line: it has a public name only for a subclass.
    wrong_usage: Any = typer.BadParameter.__bases__[0]
    try:
        status = command.main(sys.argv[1:], prog_name="lumen", standalone_mode=False)
    except wrong_usage as error:
        if not sys.argv[1:]:
            return 2  # the help was shown
        raise UsageError(usage_fault(error)) from None
    except typer.Abort:
        return INTERRUPTED
    except SystemExit as error:
        # Not standalone, typer ends the process for one reason only: nobody reads what it prints.
        if isinstance(error.__context__, BrokenPipeError):
            raise error.__context__ from None
        raise
    return status if isinstance(status, int) else 0


def _print_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"lumen-constructs {version('lumen-constructs')}")
        raise typer.Exit


@app.callback()
def _lumen(
    *,
    show_version: Annotated[  # its callback does the work, before a command is missed
        bool,
        typer.Option(
            "--version",
            help="Show the version and exit.",
            is_eager=True,
            callback=lambda value: _print_version(wanted=value),
        ),
    ] = False,
) -> None:
    pass


# The first line of each docstring below is the command's help.


@app.command("synth")
def _synth(  # noqa: PLR0913  # one parameter an option of the command
    systems: Annotated[list[str] | None, typer.Argument(metavar="SYSTEM", help="Default: all.")] = None,
    *,
    environment: Environment = None,
    sets: Sets = None,
    set_strings: SetStrings = None,
    set_files: SetFiles = None,
    files: Files = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Default: that of the project, dist.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 and list the files that are stale, if any.")
    ] = False,
    stdout: Annotated[
        bool, typer.Option("--stdout", help="Write nothing; print the manifests as one stream, in the order of apply.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print warnings and errors only.")] = False,
    debug: Debug = False,  # noqa: ARG001  # read from the arguments, since a failure may come before they are parsed
) -> int:
    """Render systems, check each as a whole, and write their manifests."""
    from lumen_constructs.cli import synth  # noqa: PLC0415  # --help and --version need none of it

    project = find_project(Path.cwd())
    request = synth.Request(systems or (), environment, overrides(files, sets, set_strings, set_files), quiet)
    if stdout:
        if check or output is not None:
            message = f"--stdout writes no files; leave out {'--check' if check else '--output'}"
            raise UsageError(message)
        synth.stream(project, request)
        return 0
    where = output or project.output
    if check:
        return _told(synth.check(project, where, request), where)
    sets_, replaced = synth.synth(project, where, request)
    if not quiet:
        typer.echo(synth.summary(sets_, replaced, where), nl=False)
    return 0


@app.command("check")
def _check(  # noqa: PLR0913  # as in synth
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH", help="Files, folders with all below them, or - for the input.")
    ],
    *,
    kubernetes: Annotated[
        str, typer.Option("--kubernetes", metavar="1.N", help="Release whose schemas hold. Default: the newest.")
    ] = "",
    crds: Annotated[
        list[str] | None,
        typer.Option(
            "--crds", metavar="DIR", help="CRDs, as a cluster prints them, to check resources by; repeatable."
        ),
    ] = None,
    external: Annotated[
        list[str] | None,
        typer.Option(
            "--external",
            metavar="FILE",
            help="What exists outside the set: Kind/name or Kind/namespace/name a line; repeatable.",
        ),
    ] = None,
    format_: Annotated[
        Literal["text", "json", "sarif", "github"], typer.Option("--format", help="How to show what is found.")
    ] = "text",
    severities: Annotated[
        list[str] | None,
        typer.Option(
            "--severity", metavar="RULE=LEVEL", help="error, warning or off in place of a rule's; repeatable."
        ),
    ] = None,
    fail_on: Annotated[
        Literal["error", "warning"], typer.Option("--fail-on", help="The least that makes the exit status 1.")
    ] = "error",
    namespace: Annotated[
        str, typer.Option("--namespace", "-n", metavar="NAME", help="Namespace of the objects that name none.")
    ] = "",
    debug: Debug = False,  # noqa: ARG001  # as in synth
) -> int:
    """Check manifests as a whole, whoever made them; exit 0 clean, 1 findings, 2 something could not be read."""
    from lumen_constructs.cli import check  # noqa: PLC0415  # as in synth

    return check.run(
        check.Request(
            paths=paths,
            kubernetes=kubernetes,
            crds=crds or (),
            external=external or (),
            format=format_,
            severities=severities or (),
            fail_on=fail_on,
            namespace=namespace,
        )
    )


@app.command("schema")
def _schema(
    systems: Annotated[list[str] | None, typer.Argument(metavar="SYSTEM", help="Default: all.")] = None,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 and list the files that are stale, if any.")
    ] = False,
    debug: Debug = False,  # noqa: ARG001  # as in synth
) -> int:
    """Write the JSON Schema of each system's values beside its values files, and that of delivery.yaml."""
    from lumen_constructs.cli import schemas  # noqa: PLC0415  # as in synth
    from lumen_constructs.cli.delivery import declaration  # noqa: PLC0415  # as in synth

    project = find_project(Path.cwd())
    stale = schemas.stale_schemas(_systems(project, systems or ()), None if systems else declaration(project))
    if check:
        return _told([f"stale    {shown(file)}" for file in stale], Path())
    schemas.write_schemas(stale)
    for file in stale:
        typer.echo(f"written  {shown(file)}")
    return 0


@app.command("init")
def _init(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the system.")],
    *,
    debug: Debug = False,  # noqa: ARG001  # as in synth
) -> None:
    """Write the first files of a project into the current folder: one system that renders as it is."""
    from lumen_constructs.cli.init import init  # noqa: PLC0415  # as in synth

    for fate, file in init(Path.cwd(), name):
        typer.echo(f"{fate:<8} {shown(file)}")


@app.command("list")
def _list(
    *,
    debug: Debug = False,  # noqa: ARG001  # as in synth
) -> None:
    """List the systems and their environments."""
    from lumen_constructs.cli.tables import table  # noqa: PLC0415  # as in synth

    systems = _systems(find_project(Path.cwd()), ())
    rows = [(system.name, ", ".join(system.environments), shown(system.directory)) for system in systems]
    typer.echo(table(("system", "environments", "directory"), rows), nl=False)


@app.command("explain")
def _explain(  # noqa: PLR0913  # as in synth
    subject: Annotated[str, typer.Argument(metavar="SYSTEM[.PATH]", help="A value of a system, or all of them.")],
    *,
    environment: Environment = None,
    sets: Sets = None,
    set_strings: SetStrings = None,
    set_files: SetFiles = None,
    files: Files = None,
    debug: Debug = False,  # noqa: ARG001  # as in synth
) -> None:
    """Say what a value is, what it may be and means, and which layer set it at which line."""
    from lumen_constructs.cli.explaining import explained  # noqa: PLC0415  # as in synth

    systems = _systems(find_project(Path.cwd()), ())
    layers = overrides(files, sets, set_strings, set_files)
    typer.echo(explained(systems, subject, environment, layers), nl=False)


@app.command("diff")
def _diff(  # noqa: PLR0913  # as in synth
    base: Annotated[
        str,
        typer.Argument(
            metavar="BASE", help="A folder or a Git revision to compare with. Default: HEAD.", show_default=False
        ),
    ] = "HEAD",
    other: Annotated[
        str | None,
        typer.Argument(metavar="OTHER", help="A folder or a revision. Default: the output in the working tree."),
    ] = None,
    *,
    since_parting: Annotated[
        bool, typer.Option("--merge-base", help="Compare with the commit where BASE and HEAD parted.")
    ] = False,
    systems: Annotated[
        list[str] | None, typer.Option("--system", "-s", metavar="NAME", help="Only this system; repeatable.")
    ] = None,
    form: Annotated[Literal["text", "markdown", "json"], typer.Option("--format", help="Form of the answer.")] = "text",
    max_length: Annotated[
        int | None,
        typer.Option(
            "--max-length",
            metavar="N",
            min=500,
            help="Most characters of text or markdown: whole objects are left out, from the end. GitHub takes 65536.",
        ),
    ] = None,
    colour: Annotated[
        Literal["auto", "always", "never"],
        typer.Option("--color", help="Colours of text; auto: on a terminal, as NO_COLOR and FORCE_COLOR say."),
    ] = "auto",
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 1 if anything changes.")] = False,
    fail_on: Annotated[
        Literal["refused", "deleted", "restarted", "widened", "exposed", "scaled", "changed", "created"] | None,
        typer.Option("--fail-on", help="Exit 1 if a change is as risky as this, or worse."),
    ] = None,
    debug: Debug = False,  # noqa: ARG001  # as in synth
) -> int:
    """Say what a change of the output will do in the clusters, the riskiest first."""
    from lumen_constructs.cli import diff  # noqa: PLC0415  # as in synth

    request = diff.Request(base, other, since_parting, systems or ())
    comparison = diff.diff(diff.project_for(Path.cwd(), request), request)
    colours = diff.wants_colour(colour, sys.stdout)
    typer.echo(diff.printed(comparison, form, colour=colours, max_length=max_length), nl=False, color=True)
    return diff.status_of(comparison, exit_code=exit_code, fail_on=fail_on)


@app.command("seal")
def _seal(  # noqa: PLR0913  # as in synth
    system: Annotated[str, typer.Argument(metavar="SYSTEM")],
    secret: Annotated[
        str | None, typer.Argument(metavar="SECRET", help="Default: those in use that lack ciphertext.")
    ] = None,
    keys: Annotated[list[str] | None, typer.Argument(metavar="KEY", help="Default: those without ciphertext.")] = None,
    *,
    environment: RequiredEnvironment,
    certificate: Annotated[
        Path | None,
        typer.Option(
            "--certificate",
            "-c",
            metavar="FILE",
            help="From kubeseal --fetch-cert. Default: <environment>.pem in certificates/ beside the values files.",
        ),
    ] = None,
    files: Annotated[
        list[str] | None,
        typer.Option("--from-file", metavar="KEY=PATH", help="The content of a file is the value; repeatable."),
    ] = None,
    stdin: Annotated[bool, typer.Option("--stdin", help="The standard input is the value of the one key.")] = False,
    scope: Annotated[
        Literal["strict", "namespace", "cluster"] | None,
        typer.Option("--scope", help="Make sure that the values say this scope."),
    ] = None,
    debug: Debug = False,  # noqa: ARG001  # as in synth
) -> None:
    """Encrypt secrets for a cluster's sealed-secrets controller; values are asked for, and never arguments."""
    from lumen_constructs.cli import seal  # noqa: PLC0415  # as in synth
    from lumen_constructs.cli.secret_values import Given  # noqa: PLC0415  # as in synth

    given = Given(paths_by_key(files or ()), stdin)
    request = seal.Request(system, environment, certificate, secret, keys or (), scope, given)
    if secret is None and (given.files or given.stdin):
        message = "--from-file and --stdin give the values of one secret; name it"
        raise UsageError(message)
    lines = seal.seal(find_project(Path.cwd()), request)
    for line in lines:
        typer.echo(line)
    if not lines:
        typer.echo("every secret that is in use has its ciphertext")


@app.command("inject")
def _inject(  # noqa: PLR0913  # as in synth
    system: Annotated[str, typer.Argument(metavar="SYSTEM")],
    *,
    environment: RequiredEnvironment,
    env_file: Annotated[
        Path | None,
        typer.Option("--env-file", metavar="FILE", help="Default: secrets-<environment>.env beside the values files."),
    ] = None,
    secret_files: Annotated[
        list[str] | None,
        typer.Option("--from-file", metavar="VARIABLE=PATH", help="The content of a file is the value; repeatable."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Default: .secrets/<system>/<environment>."),
    ] = None,
    debug: Debug = False,  # noqa: ARG001  # as in synth
) -> None:
    """Write plain Secrets, from variables or files, into a folder that Git never sees."""
    from lumen_constructs.cli import inject  # noqa: PLC0415  # as in synth

    request = inject.Request(system, environment, env_file, paths_by_key(secret_files or ()), output)
    written = inject.inject(find_project(Path.cwd()), request)
    for file in written:
        typer.echo(f"written  {shown(file)}")
    if written:
        typer.echo(f"apply them with: kubectl apply --server-side -f {shown(written[0].parent)}")
    else:
        typer.echo(f"no secret of {system} in {environment} is injected")


def _systems(project: Project, names: list[str] | tuple[()]) -> list[System[Any]]:
    """Give the systems that were named, or all."""
    from lumen_constructs.cli.runtime import prepare_runtime  # noqa: PLC0415  # as in synth
    from lumen_constructs.rendering import named  # noqa: PLC0415  # as in synth

    prepare_runtime()
    return named(project.systems(), names)


def _told(stale: list[str], where: Path) -> int:
    for line in stale:
        typer.echo(line)
    if not stale:
        return 0
    noun = "file is" if len(stale) == 1 else "files are"
    place = f" in {shown(where)}" if where.name else ""
    typer.echo(f"lumen: error: {len(stale)} {noun} stale{place}; run the command without --check, and commit", err=True)
    return FAILED
