"""What an adapter must be told before it works: one table for the environment, the admin, the checks and the docs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tickets.crm.errors import NotSetUpError


@dataclass(frozen=True, slots=True)
class Need:
    """`name` is a field of CrmSettings (url, account, secret) or a key of its options."""

    name: str
    variable: str
    label: str
    example: str = ""
    required: bool = True

    @property
    def is_secret(self) -> bool:
        return self.name == "secret"


@dataclass(frozen=True, slots=True)
class Given:
    """The values, wherever they came from; what is not given is empty."""

    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def missing(self, needs: tuple[Need, ...]) -> list[Need]:
        return [need for need in needs if need.required and not self[need.name]]

    def insist(self, needs: tuple[Need, ...]) -> None:
        if missing := self.missing(needs):
            raise NotSetUpError(f"Not set: {', '.join(f'{need.variable} ({need.label})' for need in missing)}.")
