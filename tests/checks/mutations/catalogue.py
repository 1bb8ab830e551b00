"""All mutations: what people do to manifests by mistake."""

from __future__ import annotations

from tests.checks.mutations.fields import SCHEMA, WORDS
from tests.checks.mutations.habits import GITOPS, RELIABILITY, SECURITY
from tests.checks.mutations.references import REFERENCES

MUTATIONS = [*REFERENCES, *SCHEMA, *WORDS, *RELIABILITY, *SECURITY, *GITOPS]
