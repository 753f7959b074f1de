"""A wrong value, said in parts, so that one place decides how the line reads."""

from __future__ import annotations


class Refused(ValueError):
    """Raised by a rule: `why` the value is wrong, what is `allowed` instead.

    `shown` replaces the field's value in the line, for example the one wrong item of a list.
    `item` names the entry of a map; the value of an entry is never shown, because it may be a secret.
    `secret` keeps the value out of the line.
    """

    def __init__(
        self,
        why: str,
        allowed: str,
        *,
        shown: str | None = None,
        item: str | None = None,
        secret: bool = False,
    ) -> None:
        super().__init__(why)
        self.why = why
        self.allowed = allowed
        self.shown = shown
        self.item = item
        self.secret = secret


class CredentialsWithoutOrder(Refused):
    """Credentials were given without `bake_credentials`; `fields` names them, never their values."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(
            "stored in the image and its history, where everyone who can pull it can read it",
            "no credentials (the task role supplies them) or bake_credentials = true",
            secret=True,
        )
        self.fields = fields
