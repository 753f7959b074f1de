"""The inputs of the endpoint's operations as botocore's model of ECS has them.

`python -m tests.unit.local.endpoint.input_shapes` writes them into the endpoint, which has no botocore where it runs.
"""

from __future__ import annotations

import json
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from botocore.session import get_session

from airflow_ecs_image.local.endpoint.api import input_shapes
from airflow_ecs_image.local.endpoint.api.dispatch import OPERATIONS


def of_botocore() -> dict[str, Any]:
    """A structure is its members and those that are required; a list is `[item]`, a map `{"": value}`."""
    model = get_session().get_service_model("ecs")
    shapes: dict[str, Any] = {}

    def described(shape: Shape) -> Any:
        match shape:
            case StructureShape():
                if shape.name not in shapes:
                    shapes[shape.name] = {}
                    shapes[shape.name] = {
                        "required": list(shape.required_members),
                        "members": {name: described(member) for name, member in shape.members.items()},
                    }
                return shape.name
            case ListShape():
                return [described(shape.member)]
            case MapShape():
                return {"": described(shape.value)}
            case StringShape() if shape.enum:
                return {"enum": list(shape.enum)}
        return shape.type_name

    operations = {name: described(model.operation_model(name).input_shape) for name in sorted(OPERATIONS)}
    return {"operations": operations, "shapes": dict(sorted(shapes.items()))}


def main() -> None:
    text = json.dumps(of_botocore(), separators=(",", ":"))
    # A shape a line: a change is seen as one.
    input_shapes.FILE.write_text(text.replace('},"', '},\n"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
