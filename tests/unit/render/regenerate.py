"""Write the golden files anew: `python -m tests.unit.render.regenerate`."""

from __future__ import annotations

from .golden import FOLDER, golden_path, golden_texts


def main() -> None:
    """Write every golden file, and remove those that no combination stands for."""
    FOLDER.mkdir(exist_ok=True)
    texts = golden_texts()
    for path in FOLDER.glob("*.Dockerfile"):
        if path.stem not in texts:
            path.unlink()
    for name, text in texts.items():
        golden_path(name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
