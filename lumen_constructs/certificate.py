"""A certificate for host names, kept valid in the cluster."""

from __future__ import annotations

from typing import Self

from cdk8s import ApiObject
from constructs import Construct

from lumen_constructs.construct import built, flat
from lumen_constructs.manifest import found, manifests
from lumen_constructs.networking.certificates import certificate, secret_name
from lumen_constructs.networking.metadata import object_metadata
from lumen_constructs.options.certificates import CertificateOptions


class Certificate(Construct):
    """A Certificate (cert-manager.io/v1), which cert-manager has issued, keeps in a Secret, and renews in time.

    Keywords are the fields of :class:`~lumen_constructs.CertificateOptions`. The Secret's name goes to whoever
    serves the certificate: an Ingress's ``tls``, or a Gateway's listener.

    :raises LumenError: for every contradiction among the options at once, with the construct's path
    """

    @flat(CertificateOptions)
    def __init__(self, scope: Construct, id: str, options: CertificateOptions) -> None:
        super().__init__(scope, id)
        self.options = options
        metadata = object_metadata(scope, id, options)
        self.name: str = metadata["name"]
        """Name of the Certificate."""
        self.secret_name = secret_name(metadata, options)
        """Name of the Secret with the certificate and its key."""
        manifests(self, {"Resource": certificate(metadata, options)})

    @classmethod
    def from_options(cls, scope: Construct, id: str, options: CertificateOptions) -> Self:
        """Make it from options that were read from a values file."""
        return built(cls, scope, id, options)

    @property
    def certificate(self) -> ApiObject:
        """The Certificate, for a patch or a dependency."""
        return found(self, "Resource")
