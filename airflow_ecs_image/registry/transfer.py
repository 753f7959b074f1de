"""The state of a push, put together from the lines that docker and skopeo draw on a terminal. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# `docker push`: "f935ce1e950f: Pushing [=>  ]  3.2MB/10MB", "…: Layer already exists", "…: Retrying in 5 seconds".
_DOCKER = re.compile(r"^(?P<layer>[0-9a-f]{12}): (?P<state>[A-Z].*?)\s*$")
_RETRYING = re.compile(r"^Retrying in (?P<seconds>\d+) seconds?")
_DIGEST = re.compile(r": digest: (?P<digest>sha256:[0-9a-f]{64}) size: \d+")
# `skopeo copy`: "Copying blob f935ce1e950f [=>---] 6.3MiB / 241.7MiB", "… done", "… skipped: already exists".
_SKOPEO = re.compile(r"^Copying blob (?:sha256:)?(?P<layer>[0-9a-f]{12})\S* ?(?P<state>.*?)\s*$")
_AMOUNTS = re.compile(
    r"(?P<sent>\d+(?:\.\d+)?(?:e\+\d+)?) ?(?P<sent_unit>[kKMGT]?i?[bB])"
    r"(?: ?/ ?(?P<all>\d+(?:\.\d+)?(?:e\+\d+)?) ?(?P<all_unit>[kKMGT]?i?[bB]))?"
)
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_THERE = ("layer already exists", "mounted from", "skipped")
_DONE = ("pushed", "done")


@dataclass
class LayerTransfer:
    """One layer: unpacked bytes read so far and in all as far as known, and how it stands."""

    sent: int = 0
    total: int = 0
    done: bool = False
    was_there: bool = False
    retries: int = 0
    countdown: int = 0


@dataclass
class Transfer:
    """All layers by their short ids. `digest` is what docker says at the end."""

    layers: dict[str, LayerTransfer] = field(default_factory=dict)
    digest: str = ""

    @property
    def rounds(self) -> int:
        """How often the most unlucky layer had to be sent again."""
        return max((layer.retries for layer in self.layers.values()), default=0)

    @property
    def already_there(self) -> int:
        """How many layers the registry had."""
        return sum(layer.was_there for layer in self.layers.values())

    def feed(self, line: str) -> None:
        """Take one line, with whatever moves the cursor in it."""
        text = _CONTROL.sub("", line).strip()
        if found := _DIGEST.search(text):
            self.digest = found["digest"]
        elif found := _DOCKER.match(text) or _SKOPEO.match(text):
            self._take(self.layers.setdefault(found["layer"], LayerTransfer()), found["state"])

    def spoken(self) -> str:
        """What a person reads beside the running step: `3 of 7 layers, 69.9 MB of 373.0 MB`."""
        done = sum(layer.done for layer in self.layers.values())
        text = f"{done} of {len(self.layers)} layers"
        sized = [layer for layer in self.layers.values() if layer.total]
        if not sized:
            return text
        sent = sum(layer.total if layer.done else min(layer.sent, layer.total) for layer in sized)
        return f"{text}, {sent / 1e6:.1f} MB of {sum(layer.total for layer in sized) / 1e6:.1f} MB"

    @staticmethod
    def _take(layer: LayerTransfer, state: str) -> None:
        if retrying := _RETRYING.match(state):
            # It counts down: a number that does not fall begins another round.
            seconds = int(retrying["seconds"])
            layer.retries += layer.countdown <= seconds
            layer.countdown = seconds
            return
        layer.countdown = 0
        if state.lower().startswith((*_THERE, *_DONE)):
            layer.done = True
            layer.was_there = state.lower().startswith(_THERE)
            return
        if amounts := _AMOUNTS.search(state.rpartition("]")[2]):
            layer.sent = _bytes(amounts["sent"], amounts["sent_unit"])
            if amounts["all"]:
                layer.total = _bytes(amounts["all"], amounts["all_unit"])


def _bytes(number: str, unit: str) -> int:
    """docker counts by 1000, skopeo by 1024 and says so: `KiB`."""
    base = 1024 if "i" in unit else 1000
    power: int = _POWERS[unit.lower().replace("i", "").removesuffix("b")]
    return int(float(number) * base**power)
