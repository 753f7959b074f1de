"""uv's explanations, sentence by sentence."""

from __future__ import annotations

from airflow_ecs_image.build.resolver_explanation import Demand, Missing, Package, read_explanation


def test_other_output_is_no_explanation() -> None:
    assert read_explanation("error: Failed to build `x`") is None
    assert read_explanation("") is None


def test_premises_are_read_and_conclusions_are_not() -> None:
    found = read_explanation(
        "Resolved 5 packages\nerror: No solution found when resolving dependencies\n"
        "  cause: Because a==1 depends on b>=2,<3 and b==4, we can conclude that a==1 cannot be used.\n"
        "         And because you require a==1, we can conclude that you require c>=7.\n\n"
        "hint: you require d==9\n"
    )
    assert found is not None
    assert found.demands == (
        Demand(Package("b>=2,<3"), Package("a==1")),
        Demand(Package("b==4"), None),
        Demand(Package("a==1"), None),
    )
    assert found.premises == ("a==1 depends on b>=2,<3 and b==4", "you require a==1")
    assert found.required == {"a", "b"}


def test_the_drawing_of_older_releases_is_read_too() -> None:
    found = read_explanation(
        "  × No solution found when resolving dependencies:\n"
        "  ╰─▶ Because you require sqlalchemy<1 and\n"
        "      sqlalchemy==2.0.51, we can conclude that your requirements are\n      unsatisfiable.\n"
    )
    assert found is not None
    assert [demand.package.text for demand in found.demands] == ["sqlalchemy<1", "sqlalchemy==2.0.51"]


def test_what_is_missing_is_read() -> None:
    found = read_explanation(
        "No solution found when resolving dependencies\n Because a was not found in the package registry and there are no "
        "versions of b[x]>2 and only c<=3 is available and d==4 has no wheels with a matching platform tag (e.g., `x`) and "
        "e has no wheels with a matching Python ABI tag (e.g., `cp313`) and the current Python version (3.11.2) does not "
        "satisfy Python>=3.12 and f==5 depends on Python>=3.12, we can conclude that it is so."
    )
    assert found is not None
    assert found.demands == ()
    assert found.missing == (
        Missing("package", Package("a")),
        Missing("version", Package("b[x]>2")),
        Missing("newest", Package("c<=3")),
        Missing("platform wheel", Package("d==4")),
        Missing("wheel", Package("e")),
        Missing("python", Package("f==5"), "Python>=3.12"),
    )


def test_a_package_knows_its_name_and_its_newest_version() -> None:
    package = Package("Zope.Interface[test]>=5.0b1,<=5.4.12")
    assert package.name == "zope-interface"
    assert package.specifier == ">=5.0b1,<=5.4.12"
    assert package.newest == (5, 4, 12)
    assert Package("a").newest == ()
