"""The text of the template: always the same, and no value becomes anything else. And what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_ecs_image.ecs.stack import MOST_INLINE_BYTES, stack_template
from airflow_ecs_image.errors import SpecError
from airflow_ecs_image.spec import EcsSpec
from tests.unit.ecs.deployments import DATABASE, image_spec
from tests.unit.ecs.stack_text import EVERYTHING, made, of_spec, read, statements, variables


class TestText:
    @pytest.mark.parametrize("airflow", [2, 3])
    def test_it_is_the_same_each_time_and_needs_no_bucket(self, airflow: int) -> None:
        texts = {stack_template(image_spec(airflow), EcsSpec(**EVERYTHING), database=True) for _ in range(2)}
        (text,) = texts
        assert len(text.encode()) < MOST_INLINE_BYTES
        assert "\t" not in text
        assert not any(line.endswith(" ") for line in text.splitlines())

    @settings(max_examples=40)
    @given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1))
    def test_a_value_stays_a_value(self, value: str) -> None:
        template = read(
            stack_template(
                image_spec(),
                EcsSpec.model_construct(**{**EcsSpec().__dict__, "worker_environment": {"X": value}}),
            )
        )
        assert variables(template)["X"] == value

    @pytest.mark.parametrize(
        "value", ["true", "No", "1e3", "~", "a: b", "a #b", "!Ref Image", "${Image}", "-", "*x", "012"]
    )
    def test_a_value_that_yaml_would_read_as_something_else(self, value: str) -> None:
        template = of_spec(worker_environment={"X": value}, tags={"on": value})
        assert variables(template)["X"] == value
        assert template["Resources"]["TaskDefinition"]["Properties"]["Tags"] == [
            {"Key": "on", "Value": value}
        ]

    def test_a_prefix_that_looks_like_a_reference(self) -> None:
        template = made(EcsSpec(), s3_uri="s3://my-dags/${Image}")
        resources = [
            each["Resource"]["Fn::Sub"][0] for each in statements(template) if each["Sid"] == "FetchDags"
        ]
        assert resources == ["arn:${AWS::Partition}:s3:::${TheDagBucket}/${!Image}/*"]


class TestRefusals:
    def test_two_databases(self) -> None:
        with pytest.raises(
            SpecError, match=r"ecs\.database_secret: it names a database, and --database makes"
        ):
            of_spec(2, database=True, database_secret=DATABASE)

    def test_an_image_without_a_digest(self) -> None:
        with pytest.raises(SpecError, match=r"ecs\.image: team/worker:1 has no digest"):
            of_spec(image="team/worker:1")

    def test_a_dynamic_reference_in_plain_text(self) -> None:
        with pytest.raises(SpecError, match=r"a value holds \{\{resolve:…\}\}"):
            of_spec(worker_environment={"X": "{{resolve:secretsmanager:team:SecretString:key}}"})
