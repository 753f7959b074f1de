"""What moto's CloudFormation lacks, so that a real AWS CLI can deploy, change and delete a real template on it.

moto 5.2.5 knows some resources too little (`resources_of_moto.py`), and no attributes with two dots. Its change sets leave the
outputs as they were, take every parameter that was not given before for a changed one, update what a condition has switched
off, never make what a condition has switched on, and are refused in another way than CloudFormation's when nothing changes.
It registers changed task definitions with keys that ECS does not know. All of it is mended here; the rest is moto's.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from moto.cloudformation import models, parsing, responses
from moto.ec2.models.subnets import SubnetBackend

from tests.aws.resources_of_moto import DELETIONS, associate

_TWO_DOTS = re.compile(r"\$\{(\w+)\.(\w+\.\w+)\}")
# A new revision, not the old one with other keys.
_MADE_ANEW = "AWS::ECS::TaskDefinition"
_clean = parsing.clean_json


def _clean_json(content: Any, resources: Any) -> Any:
    """As moto does it, with attributes such as `Endpoint.Address`."""
    if isinstance(content, dict) and len(content.get("Fn::GetAtt", ())) > 2:
        name, *attribute = content["Fn::GetAtt"]
        content = {"Fn::GetAtt": [name, ".".join(attribute)]}
    if isinstance(content, dict) and isinstance(text := content.get("Fn::Sub"), str):
        content = {
            "Fn::Sub": _TWO_DOTS.sub(
                lambda found: str(_clean({"Fn::GetAtt": [found[1], found[2]]}, resources)), text
            )
        }
    return _clean(content, resources)


def _texts(parameters: dict[str, Any]) -> dict[str, str]:
    return {
        name: ",".join(value) if isinstance(value, list) else str(value) for name, value in parameters.items()
    }


def _is_wanted(resources: Any, name: str) -> bool:
    condition = resources._resource_json_map[name].get("Condition")
    return not condition or bool(resources.lazy_condition_map[condition])


def _delete_resource(resources: Any, name: str, content: Any) -> None:
    made = resources._parsed_resources.pop(name)
    if content.get("DeletionPolicy") == "Retain":
        return
    if deletion := DELETIONS.get(content["Type"]):
        deletion(made, resources._account_id, resources._region_name)
    else:
        resources._delete_resource(made, content)


def _update(resources: Any, template: dict[str, Any], parameters: dict[str, Any] | None = None) -> None:
    """Make what is wanted and missing, change what has other properties than before, delete what is no longer wanted."""
    made, old = resources._parsed_resources, dict(resources._resource_json_map)
    before = {name: _clean_json(content, resources) for name, content in old.items() if name in made}
    if parameters is not None:
        resources.input_parameters = _texts(parameters)
    resources._template, resources._resource_json_map = template, template["Resources"]
    resources.load()
    for name in resources._ResourceMap__get_resources_in_dependency_order():
        content = template["Resources"][name]
        if not _is_wanted(resources, name):
            continue
        if name not in made:
            assert resources[name] is not None, f"moto knows no {content['Type']}"
        elif name in before and _clean_json(content, resources) != before[name]:
            is_made_anew = content["Type"] == _MADE_ANEW
            change: Any = (
                parsing.parse_and_create_resource if is_made_anew else parsing.parse_and_update_resource
            )
            changed = change(name, content, resources, resources._account_id, resources._region_name)
            made[name] = changed or made[name]
    for name in reversed([*before]):
        if name not in template["Resources"] or not _is_wanted(resources, name):
            _delete_resource(resources, name, old[name])


def _apply(change_set: Any) -> None:
    stack, resources = change_set.stack, change_set.stack.resource_map
    resources.update(change_set.template_dict, change_set.parameters)
    stack.template, stack.parameters = change_set.template, _texts(resources.resolved_parameters)
    stack._parse_template()
    stack.output_map = stack._create_output_map()


def _delete(resources: Any) -> None:
    """What was made last goes first; what is retained stays."""
    contents = resources._resource_json_map
    for name in [each for each in reversed(resources._parsed_resources) if each in contents]:
        _delete_resource(resources, name, contents[name])


@functools.cache
def complete() -> None:
    """Mend moto in this process."""
    for known in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        known.cache_clear()
    mended: tuple[tuple[Any, str, Any], ...] = (
        (parsing, "clean_json", _clean_json),
        (parsing.ResourceMap, "update", _update),
        (parsing.ResourceMap, "delete", _delete),
        (models.ChangeSet, "apply", _apply),
        (models.Stack, "has_parameters", lambda stack, other: stack.parameters == _texts(other)),
        (SubnetBackend, "create_subnet_association", associate),
        # CloudFormation makes a change set that has failed, and the CLI reads its reason.
        (responses.CloudFormationResponse, "_validate_different_update", lambda *_: None),
    )
    for owner, name, mend in mended:
        setattr(owner, name, mend)
