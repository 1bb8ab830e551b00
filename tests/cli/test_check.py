from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from lumen_constructs.cli.check import Request, run
from tests.cli.conftest import REPOSITORY, Lumen, Project

SERVICE = """apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{port: 80}]
"""
BROKEN = f"{SERVICE}  sessionAfinity: None\n"
POD = """apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  labels: {app: web}
spec:
  containers:
  - name: web
    image: example.com/web:1.2
"""
CRD = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties: {spec: {type: object, properties: {size: {type: integer}}}}
"""
WIDGET = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w, namespace: shop}\nspec: {sise: 3}\n"


@pytest.fixture(autouse=True)
def _in_the_project(project: Project) -> None:
    """Be in a folder of the test's own."""


def rules(out: str) -> list[str]:
    """Give the rules of the findings in JSON."""
    return [finding["rule"] for finding in json.loads(out)["findings"]]


def test_clean_manifests_pass(lumen: Lumen, project: Project) -> None:
    """Warnings are shown, and are no failure unless that is asked for."""
    project.write("deploy/web.yaml", f"{SERVICE}---\n{POD}")
    result = lumen("check", "deploy")
    assert (result.status, result.err) == (0, "")
    assert "warning" in result.out
    assert result.out.splitlines()[-1].startswith("2 objects: 0 errors, ")
    assert lumen("check", "deploy", "--fail-on", "warning").status == 1


def test_findings_fail_with_file_and_line(lumen: Lumen, project: Project) -> None:
    """Errors first, each with what was meant and the rule that found it."""
    project.write("deploy/service.yaml", BROKEN)
    result = lumen("check", "deploy")
    assert (result.status, result.err) == (1, "")
    assert result.out.startswith("deploy/service.yaml\n  Service/shop/web\n    7:3  error    spec.sessionAfinity: ")
    assert (
        "did you mean 'sessionAffinity'?  [unknown-field]\n    5:3  warning  spec.selector: selects no pod"
        in result.out
    )


def test_all_paths_together_are_one_set(lumen: Lumen, project: Project) -> None:
    """What a file names may stand in another, in JSON, or in a List."""
    project.write("deploy/service.yaml", SERVICE)
    project.write("pods/pod.json", json.dumps({"apiVersion": "v1", "kind": "List", "items": [_pod()]}))
    assert "service-selects-nothing" in lumen("check", "deploy").out
    assert "service-selects-nothing" not in lumen("check", "deploy", "pods").out


def _pod() -> dict[str, object]:
    spec = {"containers": [{"name": "web", "image": "example.com/web:1.2"}]}
    metadata = {"name": "web", "namespace": "shop", "labels": {"app": "web"}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def test_what_cannot_be_read_is_told_beside_what_was_found(lumen: Lumen, project: Project) -> None:
    """With another status than findings have."""
    project.write("deploy/service.yaml", f"{BROKEN}---\na: [\n")
    project.write("deploy/template.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Release.Name }}}\n")
    result = lumen("check", "deploy", "nowhere")
    assert result.status == 2
    assert "[unknown-field]" in result.out
    assert result.err.splitlines() == [
        "lumen: error: deploy/service.yaml:9: did not find expected node content",
        (
            "lumen: error: deploy/template.yaml:3: metadata.name: a key must be text, not a mapping; a value that"
            " starts with {{ or { needs quotes; it holds '{{': a template is checked as what helm template makes of it"
        ),
        "lumen: error: nowhere: no such file",
    ]
    assert "3 places could not be read" in result.out


def test_reads_the_standard_input(lumen: Lumen, monkeypatch: pytest.MonkeyPatch) -> None:
    """As ``helm template`` and ``kustomize build`` write it."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BROKEN.encode())))
    result = lumen("check", "-")
    assert result.status == 1
    assert result.out.startswith("<stdin>\n  Service/shop/web\n    7:3  error")


def test_a_folder_without_manifests_is_not_called_clean(lumen: Lumen, project: Project) -> None:
    """Nothing is wrong, and nothing was checked."""
    project.write("empty/values.yaml", "a: 1\n")
    result = lumen("check", "empty")
    assert (result.status, result.err) == (0, "lumen: warning: there are no manifests in empty\n")
    assert result.out == "0 objects: 0 errors, 0 warnings, 0 waived, 1 file without manifests passed over\n"


def test_output_of_synth_is_clean_and_one_set_an_environment(lumen: Lumen, project: Project) -> None:
    """Objects of one name in two environments are not twice the same."""
    lumen("synth")
    result = lumen("check", "dist", "--fail-on", "warning", "--format", "json")
    summary = json.loads(result.out)["summary"]
    assert (result.status, result.err) == (0, "")
    assert (summary["objects"], summary["sets"], summary["passedOver"]) == (9, 3, 0)


def test_our_own_output_is_held_to_our_own_form(lumen: Lumen, project: Project) -> None:
    """Who edits it by hand is told so, with the set."""
    lumen("synth")
    edited = project.dist / "demo/dev/10-config/configmap.c0.yaml"
    edited.write_text(edited.read_text() + "status: {}\n")
    result = lumen("check", "dist", "--format", "json")
    assert result.status == 1
    findings = json.loads(result.out)["findings"]
    assert "not-canonical" in {finding["rule"] for finding in findings}
    places = {(finding["set"], finding["file"]) for finding in findings}
    assert places == {("dist/demo/dev", "dist/demo/dev/10-config/configmap.c0.yaml")}


def test_custom_resources_are_checked_by_the_crds_that_are_given(lumen: Lumen, project: Project) -> None:
    """Other objects beside them are passed over."""
    project.write("deploy/widget.yaml", WIDGET)
    project.write("crds/all.yaml", f"{CRD}---\n{SERVICE}")
    assert "unknown-field" not in rules(lumen("check", "deploy", "--format", "json").out)
    result = lumen("check", "deploy", "--crds", "crds", "--format", "json")
    assert result.status == 1
    assert rules(result.out) == ["unknown-field"]


def test_what_exists_elsewhere_is_declared_in_a_file(lumen: Lumen, project: Project) -> None:
    """So that a reference to it is no fault."""
    pod = POD.replace("spec:\n", "spec:\n  serviceAccountName: robot\n")
    project.write("deploy/pod.yaml", pod)
    assert "service-account-missing" in rules(lumen("check", "deploy", "--format", "json").out)
    project.write("external.txt", "# made by hand\nServiceAccount/shop/robot  # for CI\n")
    result = lumen("check", "deploy", "--external", "external.txt", "--format", "json")
    assert "service-account-missing" not in rules(result.out)


def test_severities_namespace_and_release_are_the_users_to_choose(lumen: Lumen, project: Project) -> None:
    """Each changes what is found."""
    project.write("deploy/service.yaml", SERVICE.replace(", namespace: shop", ""))
    project.write("deploy/cron.yaml", "apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: x, namespace: a}\n")
    result = lumen("check", "deploy", "--namespace", "shop", "--kubernetes", "1.30", "--format", "json")
    objects = {finding["object"]: finding["rule"] for finding in json.loads(result.out)["findings"]}
    assert objects == {"CronJob/a/x": "api-version-unserved", "Service/shop/web": "service-selects-nothing"}
    off = ("--severity", "api-version-unserved=off", "--severity", "service-selects-nothing=warning")
    result = lumen("check", "deploy", "--kubernetes", "1.30", *off, "--format", "json")
    assert result.status == 0
    assert [finding["severity"] for finding in json.loads(result.out)["findings"]] == ["warning"]


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("--severity", "dns-blockd=off"), "'dns-blockd' is not a rule; did you mean 'dns-blocked'?"),
        (("--severity", "dns-blocked=of"), "'of' must be one of error, warning, off; did you mean 'off'?"),
        (("--severity", "dns-blocked"), "must be RULE=SEVERITY, such as dns-blocked=warning"),
        (("--kubernetes", "2.0"), "'2.0' is not a release whose schemas are known"),
        (("--format", "xml"), "--format: 'xml' is not one of"),
        (("--fail-on", "never"), "--fail-on: 'never' is not one of"),
        (("--external", "nowhere.txt"), "nowhere.txt: no such file"),
        (("--external", "external.txt"), "external.txt:2: 'Secret' must be Kind/name or Kind/namespace/name"),
        (("--crds", "nowhere"), "nowhere: no such file"),
        (("--crds", "deploy"), "deploy: holds no CustomResourceDefinition"),
        (("--crds", "bad.yaml"), "bad.yaml:1: CustomResourceDefinition/x: has no 'names'"),
    ],
)
def test_refuses_what_it_cannot_do(lumen: Lumen, project: Project, arguments: tuple[str, ...], fault: str) -> None:
    """A run that checked nothing is neither clean nor has findings."""
    project.write("deploy/service.yaml", SERVICE)
    project.write("external.txt", "Secret/a\nSecret\n")
    project.write(
        "bad.yaml",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\nspec: {}\n",
    )
    result = lumen("check", "deploy", *arguments)
    assert (result.status, result.out) == (2, "")
    assert fault in result.err
    assert all(line.startswith("lumen: error: ") for line in result.err.splitlines())


def test_formats_for_machines(lumen: Lumen, project: Project) -> None:
    """Each on the standard output, alone."""
    project.write("deploy/service.yaml", BROKEN)
    result = lumen("check", "deploy", "--format", "github")
    assert result.out.startswith("::error file=deploy/service.yaml,line=7,col=3,title=unknown-field::Service/shop/web ")
    result = lumen("check", "deploy", "--format", "sarif")
    first = json.loads(result.out)["runs"][0]["results"][0]
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "deploy/service.yaml"
    assert (result.status, result.err) == (1, "")


@pytest.mark.parametrize(
    ("terminal", "environ", "coloured"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_colours_are_for_terminals(
    monkeypatch: pytest.MonkeyPatch, *, terminal: bool, environ: dict[str, str], coloured: bool
) -> None:
    """And for who does not ask for none."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    stream = _Terminal(terminal=terminal)
    monkeypatch.setattr(sys, "stdout", stream)
    Path("service.yaml").write_text(SERVICE)
    run(Request(["service.yaml"]))
    assert ("\x1b[" in stream.getvalue()) is coloured


class _Terminal(io.StringIO):
    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def test_waivers_are_listed_by_check_and_synth(lumen: Lumen, project: Project) -> None:
    """With their reasons, also in the notes of the set."""
    stack = project.package / "stack.py"
    waiver = '"metadata": {"name": "x", "annotations": {"lumen-constructs/waive": "role-missing: it is made by hand"}}'
    stack.write_text(stack.read_text().replace('"metadata": {"name": "x"}, "subjects"', f'{waiver}, "subjects"'))
    project.values("demo/values-dev.yaml", "fault: check\n")
    result = lumen("synth", "demo", "-e", "dev")
    assert (result.status, result.err) == (0, "")
    assert "waived  demo/dev  RoleBinding/demo/x  role-missing: it is made by hand\n" in result.out
    notes = project.tree()["demo/dev/NOTES.md"]
    assert notes.endswith("# dev\n\n## Waived checks\n\n- `RoleBinding/demo/x` `role-missing`: it is made by hand\n")
    result = lumen("check", "dist")
    assert "waived\n  dist/demo/dev/10-config/rolebinding.x.yaml:" in result.out
    assert "RoleBinding/demo/x  role-missing: it is made by hand" in result.out


def test_starts_without_what_it_does_not_need(project: Project) -> None:
    """Anybody's YAML is checked where there is no Node.js; and rich and option types would take a fifth of the time."""
    project.write("deploy/service.yaml", SERVICE)
    code = (
        "import sys; sys.argv = ['lumen', 'check', 'deploy', '--format', 'sarif']\n"
        "from lumen_constructs.cli.commands import run\nstatus = run()\n"
        "node = {'jsii', 'cdk8s', 'constructs'}\n"
        "unneeded = {'rich', 'lumen_constructs.options.base', 'lumen_constructs.system', *node}\n"
        "print(sys.modules.keys() & unneeded, file=sys.stderr)"
    )
    result = project.run(sys.executable, "-c", code)
    assert result.err == "set()\n"


def test_the_output_of_this_repository_is_clean() -> None:
    """Every system in every environment, as it is committed."""
    command = [str(Path(sys.executable).parent / "lumen"), "check", "dist", "--fail-on", "warning", "--format", "json"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=60)
    assert (done.stderr, rules(done.stdout)) == ("", [])
    rendered = len(list(REPOSITORY.glob("dist/*/*/kustomization.yaml")))
    assert json.loads(done.stdout)["summary"]["sets"] == rendered + 1  # what the controllers are given is one more
