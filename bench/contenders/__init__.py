"""The images that are compared: the executor package's sample, and this project on two bases, all on Python 3.11."""

from bench.contenders.build import build_contender, build_contenders, image_ids
from bench.contenders.model import CONTENDERS, Contender, ContenderName

__all__ = ["CONTENDERS", "Contender", "ContenderName", "build_contender", "build_contenders", "image_ids"]
