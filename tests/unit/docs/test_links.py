"""Links inside the repository lead somewhere."""

from __future__ import annotations

import pytest

from .pages import PAGES, ROOT, Page


@pytest.mark.parametrize("path", PAGES)
def test_the_links_of_a_page_resolve(path: str) -> None:
    for link in Page(path).links():
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        target = (ROOT / path).parent / file if file else ROOT / path
        assert target.exists(), link
        if anchor:
            page = Page(target.resolve().relative_to(ROOT).as_posix())
            assert anchor in page.anchors(), link


@pytest.mark.parametrize("path", [page for page in PAGES if page.startswith("docs/")])
def test_the_readme_leads_to_every_guide(path: str) -> None:
    assert path in {link.partition("#")[0] for link in Page("README.md").links()}


@pytest.mark.parametrize("path", sorted(each.name for each in (ROOT / "dags_example").glob("*.py")))
def test_the_readme_leads_to_every_example(path: str) -> None:
    assert f"dags_example/{path}" in Page("README.md").links()
