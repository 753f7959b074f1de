#!/usr/bin/env bash
# One image.toml, from the image to the executor's RunTask request, by the commands that docs/aws.md names.
#
# TOOLKIT is the command of the toolkit, REPOSITORY where the image is pushed to, STACK the name of the stack. AWS is where
# AWS_ENDPOINT_URL points to. The request is the last line of standard output.
set -euo pipefail

toolkit() { $TOOLKIT --directory "$PROJECT" "$@"; }

toolkit build >&2
image=$(toolkit push "$TAG" "$REPOSITORY" --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["reference"])')

toolkit ecs stack --output stack.yaml >&2
deploy=(aws cloudformation deploy --stack-name "$STACK" --template-file "$PROJECT/stack.yaml" --capabilities CAPABILITY_NAMED_IAM)
"${deploy[@]}" >&2
"${deploy[@]}" --parameter-overrides "Image=$image" >&2

toolkit ecs task-definition --image "$image" --output task-definition.json >&2
revision=$(toolkit ecs task-definition --image "$image" --register --json |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["taskDefinitionArn"])')

toolkit ecs env --stack "$STACK" --task-definition "$revision" --for scheduler --output ecs_executor_config.sh >&2
toolkit ecs lint --strict ecs_executor_config.sh task-definition.json >&2

# The scheduler's side: the provider's own code, configured by the script and nothing else.
export AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=sqlite:////tmp/airflow.db AIRFLOW__API_AUTH__JWT_SECRET=not-used-here-0123456789
AIRFLOW__CORE__FERNET_KEY=$(head -c 32 /dev/urandom | base64 | tr +/ -_)
export AIRFLOW__CORE__FERNET_KEY
# shellcheck source=/dev/null
source "$PROJECT/ecs_executor_config.sh"
mapfile -t names < <(compgen -e | grep -E '^(AIRFLOW__|AWS_DEFAULT_REGION)')
docker run --rm "${names[@]/#/--env=}" "$TAG" python -c '
import json
from airflow.configuration import conf
from airflow.providers.amazon.aws.executors.ecs.ecs_executor_config import build_task_kwargs
print(json.dumps(build_task_kwargs(conf)))
' | tail -n 1
