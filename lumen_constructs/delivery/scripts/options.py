"""What can be said about the scripts of a system."""

from __future__ import annotations

from dataclasses import dataclass

from lumen_constructs.errors import raise_all


@dataclass(frozen=True, kw_only=True)
class Scripts:
    """Scripts beside the manifests of a system: ``deploy``, ``undeploy`` and ``build-images``, for bash and PowerShell.

    :raises LumenError: for a Dockerfile that is not below the build context
    """

    images: tuple[str, ...] = ()
    """Which of the set's images are built here: their paths without registry and tag, where ``*`` stands for anything,
    such as ``acme/*``. Default: none, and there is no ``build-images``."""
    dockerfile: str = "{name}/Dockerfile"
    """Path of an image's Dockerfile below the root of the repository, which is the build context; ``{name}`` is the
    last part of the image's path."""

    def __post_init__(self) -> None:
        """Check the path."""
        parts = self.dockerfile.split("/")
        raise_all(
            f"scripts: dockerfile {self.dockerfile!r} must be a path below the root of the repository"
            for part in ("", "..")
            if part in parts
        )
