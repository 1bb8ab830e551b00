from __future__ import annotations

from pkgutil import extend_path
__path__ = extend_path(__path__, __name__)

import abc
import builtins
import datetime
import enum
import typing

import jsii
import publication
import typing_extensions

from jsii._type_checking import cached_type_hints, check_type


from ._jsii import *

class _LazyImport:
    def __init__(self, module_name: str) -> None:
        self._module_name = module_name
        self._module: typing.Any = None
    def __getattr__(self, name: str) -> typing.Any:
        if self._module is None:
            import importlib
            self._module = importlib.import_module(self._module_name)
        return getattr(self._module, name)

if typing.TYPE_CHECKING:

    import constructs as _constructs_77d1e7e8
else:

    _constructs_77d1e7e8 = _LazyImport("constructs")


class Manifests(
    metaclass=jsii.JSIIMeta,
    jsii_type="14853a4306edbbf7f963ed8e254f1592c8678ca3fd168291346a0c75792ca5c2.Manifests",
):
    '''The crossing between Python and the construct tree: manifests go in and come out as JSON text, in one call each way.'''

    @jsii.member(jsii_name="add")
    @builtins.classmethod
    def add(
        cls,
        scope: "_constructs_77d1e7e8.Construct",
        entries: builtins.str,
    ) -> builtins.bool:
        '''Makes each entry of ``entries`` an ``ApiObject`` below ``scope``.

        :param scope: the construct that owns the objects.
        :param entries: JSON text: a list of ``{id, body, clusterScoped}``.

        :return: whether these are the first objects of their app that came this way
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__bf16891ae18978525a37883aa31a28a8324ed2171f99717cb0ab23804a8006b0)
            check_type(argname="argument scope", value=scope, expected_type=type_hints["scope"])
            check_type(argname="argument entries", value=entries, expected_type=type_hints["entries"])
        return typing.cast(builtins.bool, jsii.sinvoke(cls, "add", [scope, entries]))

    @jsii.member(jsii_name="annotate")
    @builtins.classmethod
    def annotate(
        cls,
        scope: "_constructs_77d1e7e8.Construct",
        id: builtins.str,
        annotations: builtins.str,
    ) -> None:
        '''Gives annotations to an object that was made before.

        :param scope: the construct that owns the object.
        :param id: the object's id below ``scope``.
        :param annotations: JSON text: the annotations.
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__7822f234237ca45ea7e17a8d22a794381b6f620baff7a924077a9c526b855e59)
            check_type(argname="argument scope", value=scope, expected_type=type_hints["scope"])
            check_type(argname="argument id", value=id, expected_type=type_hints["id"])
            check_type(argname="argument annotations", value=annotations, expected_type=type_hints["annotations"])
        return typing.cast(None, jsii.sinvoke(cls, "annotate", [scope, id, annotations]))

    @jsii.member(jsii_name="put")
    @builtins.classmethod
    def put(
        cls,
        scope: "_constructs_77d1e7e8.Construct",
        id: builtins.str,
        values: builtins.str,
    ) -> None:
        '''Puts values into an object that was made before, by JSON patches.

        :param scope: the construct that owns the object.
        :param id: the object's id below ``scope``.
        :param values: JSON text: values by the JSON pointers where they are added.
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__e0e9b6616e18354751dad6054c3a0d61edb76e050a4e96f9f5c521c4fe244f92)
            check_type(argname="argument scope", value=scope, expected_type=type_hints["scope"])
            check_type(argname="argument id", value=id, expected_type=type_hints["id"])
            check_type(argname="argument values", value=values, expected_type=type_hints["values"])
        return typing.cast(None, jsii.sinvoke(cls, "put", [scope, id, values]))

    @jsii.member(jsii_name="render")
    @builtins.classmethod
    def render(cls, scope: "_constructs_77d1e7e8.IConstruct") -> builtins.str:
        '''Renders every object below ``scope``, patches and dependencies' names included.

        :param scope: an app, a chart or any construct.

        :return: JSON text: a list of ``{path, ours, body}``, in the order of creation
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__378747baacd782af3f35a7b84019a606c113bd9babbe9f953e4bbeef342261aa)
            check_type(argname="argument scope", value=scope, expected_type=type_hints["scope"])
        return typing.cast(builtins.str, jsii.sinvoke(cls, "render", [scope]))


__all__ = [
    "Manifests",
]

publication.publish()

def _typecheckingstub__bf16891ae18978525a37883aa31a28a8324ed2171f99717cb0ab23804a8006b0(
    scope: _constructs_77d1e7e8.Construct,
    entries: builtins.str,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__7822f234237ca45ea7e17a8d22a794381b6f620baff7a924077a9c526b855e59(
    scope: _constructs_77d1e7e8.Construct,
    id: builtins.str,
    annotations: builtins.str,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__e0e9b6616e18354751dad6054c3a0d61edb76e050a4e96f9f5c521c4fe244f92(
    scope: _constructs_77d1e7e8.Construct,
    id: builtins.str,
    values: builtins.str,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__378747baacd782af3f35a7b84019a606c113bd9babbe9f953e4bbeef342261aa(
    scope: _constructs_77d1e7e8.IConstruct,
) -> None:
    """Type checking stubs"""
    pass
