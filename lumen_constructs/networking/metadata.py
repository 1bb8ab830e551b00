"""The metadata of an object that is no component of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from constructs import Construct

from lumen_constructs.context import context_of
from lumen_constructs.options.objects import ObjectOptions
from lumen_constructs.options.reserved import EXTERNAL
from lumen_constructs.workloads.identity import Identity


def object_metadata(
    scope: Construct, id: str, options: ObjectOptions, *, external: Iterable[str] = ()
) -> dict[str, Any]:
    """Give the ``metadata`` of the object that a construct below ``scope`` makes.

    :param external: what the object refers to outside the set, beside what the options say
    :raises LumenError: if the id is no name that Kubernetes accepts
    """
    identity = Identity(name=id, component=options.component or id, context=context_of(scope), extra=options.labels)
    items = dict.fromkeys((*options.external, *external))
    outside = {EXTERNAL: " ".join(items)} if items else {}
    return identity.metadata(options.name or id, annotations={**options.annotations, **outside})
