"""Generate ``docs/reference``, and the tables between marks in the other pages, from the code that they describe.

``make docs`` writes what differs; ``make check-generated`` (``--check``) writes nothing and lists what is stale. A
generated part of a page stands between ``<!-- generated: NAME -->`` and ``<!-- end -->``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from reference.checks import rule_pages, rules_index
from reference.command import command_page
from reference.delivery import delivery_fields
from reference.marked import filled
from reference.options import facts, option_pages, own_fields, topic_links
from reference.output import canonical_by_rule, canonical_page, stages

from lumen_constructs import Cluster, SecretProvision
from lumen_constructs.cli.runtime import prepare_runtime
from lumen_constructs.errors import LumenError
from lumen_constructs.options.certificates import CertificateOptions
from lumen_constructs.options.datastores.store import DataStoreOptions
from lumen_constructs.options.job import CronJobOptions, JobOptions
from lumen_constructs.options.monitored import MonitoringOptions
from lumen_constructs.options.pod import PodOptions
from lumen_constructs.options.workload import ProbedDeploymentOptions

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def workflow(template: str, file: str) -> str:
    """Give a template of a workflow as the file that a user makes of it."""
    text = (ROOT / "templates" / template).read_text(encoding="utf-8")
    return f'```yaml title="{file}"\n{text}```\n'


#: What stands between marks, by name.
TABLES: dict[str, Callable[[], str]] = {
    "options of a pod": lambda: own_fields(PodOptions),
    "options of a ProbedDeployment": lambda: own_fields(ProbedDeploymentOptions),
    "options of a MonitoredService": lambda: own_fields(MonitoringOptions),
    "options of a Job": lambda: own_fields(JobOptions),
    "options of a CronJob": lambda: own_fields(CronJobOptions),
    "options of a Certificate": lambda: own_fields(CertificateOptions),
    "options of a data store": lambda: own_fields(DataStoreOptions),
    "facts of a cluster": lambda: facts(Cluster, "cluster"),
    "fields of delivery.yaml": delivery_fields,
    "provision of secrets": lambda: facts(SecretProvision, "secrets"),
    "stages": stages,
    "canonical form": canonical_by_rule,
    "rules": rules_index,
    "topics": topic_links,
    "workflow for GitHub": lambda: workflow("github/lumen.yaml", ".github/workflows/lumen.yaml"),
    "workflow for GitLab": lambda: workflow("gitlab/lumen.yaml", ".gitlab-ci.yml"),
    "hook for pre-commit": lambda: workflow("pre-commit/lumen.yaml", ".pre-commit-config.yaml"),
}


def main() -> int:
    """Write the pages that differ, or with ``--check`` only list them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything is stale")
    check: bool = parser.parse_args().check
    try:
        wanted = dict(pages())
    except LumenError as error:
        sys.stderr.write(f"generate_reference: error: {error}\n")
        return 1
    stale = sorted(path for path, text in wanted.items() if not path.is_file() or path.read_text("utf-8") != text)
    gone = sorted(set((DOCS / "reference").glob("*.md")) - set(wanted))
    if not check:
        for path in stale:
            path.parent.mkdir(exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8", newline="\n")
        for path in gone:
            path.unlink()
    for path in (*stale, *gone):
        sys.stdout.write(f"{'stale' if check else 'wrote'} docs/{path.relative_to(DOCS).as_posix()}\n")
    if check and (stale or gone):
        sys.stdout.write("run 'make docs' and commit the result\n")
        return 1
    return 0


def pages() -> Iterator[tuple[Path, str]]:
    """Give each page that is generated, or holds something generated, with its text."""
    prepare_runtime()
    from reference.constructs import constructs_page  # noqa: PLC0415  # Node.js starts with this import

    reference = {
        **option_pages(),
        **rule_pages(),
        "constructs": constructs_page(),
        "command": command_page(),
        "canonical": canonical_page(),
    }
    for name, text in reference.items():
        yield DOCS / "reference" / f"{name}.md", text
    made = {name: table() for name, table in TABLES.items()}
    for path in sorted(DOCS.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        new = filled(text, made, path.name)
        if new != text or "<!-- generated:" in text:
            yield path, new


if __name__ == "__main__":
    sys.exit(main())
