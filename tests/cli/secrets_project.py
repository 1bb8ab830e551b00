"""A project whose stack declares Secrets, with a cluster's certificate beside it."""

from __future__ import annotations

import datetime as dt

from tests.cli.conftest import Project
from tests.sealing.certificates import certificate

#: Words that must never be seen anywhere but inside ciphertext and private files.
SECRET = "correct-horse-battery-staple"  # noqa: S105  # nobody's password

_STACK = '''
from cdk8s import App
from lumen_constructs import CronJob, Options, SecretProvision, SecretSet, UmbrellaStack
from pydantic import Field

DECLARED = {"shop-db": ["DB_USER", "DB_PASSWORD"], "shop-api": ["token"], "shop-old": ["token"], "shop-off": ["KEY"]}


class Values(Options):
    secrets: SecretProvision = Field(default_factory=SecretProvision)
    """How the Secrets are provided."""


class Demo(UmbrellaStack):
    def __init__(self, scope, id, *, environment, values):
        super().__init__(scope, id, name="shop", environment=environment)
        secrets = SecretSet(self, "Secrets", declared=DECLARED, provision=values.secrets)
        CronJob(self, "report", image="ghcr.io/acme/report:1.0.0", schedule="0 3 * * *",
            resources={"cpu": "100m:200m", "memory": "64Mi:64Mi"},
            secrets=[secrets.ref("shop-db"), secrets.ref("shop-api", prefix="API_"),
                secrets.ref("shop-old", prefix="OLD_", optional=True)])
'''


def with_secrets(project: Project, provision: str) -> Project:
    """Give the project's stack Secrets, which all environments of ``demo`` provide in one way."""
    project.write(f"{project.package.name}/stack.py", _STACK)
    for values in project.package.glob("*/values*.yaml"):
        values.write_text("", encoding="utf-8")
    project.values("demo/values.yaml", f"secrets: {provision}\n")
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    day = dt.timedelta(days=1)
    (project.root / "cluster.pem").write_bytes(certificate(start=now - day, end=now + day))
    (project.root / "old.pem").write_bytes(certificate(start=now - 2 * day, end=now - day))
    return project


def nothing_leaks(project: Project, *texts: str) -> bool:
    """Whether the secret stands in no text and in no file that Git could see."""
    files = [path for path in project.root.rglob("*") if path.is_file() and not path.name.endswith(".env")]
    seen = [path for path in files if ".secrets" not in path.parts and SECRET.encode() in path.read_bytes()]
    return seen == [] and all(SECRET not in text for text in texts)
