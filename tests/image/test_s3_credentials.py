"""Credentials as AWS gives them to a container, each by the image's own fetch, and an S3 that takes no others."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from airflow_ecs_image.engine import Engine, containers
from airflow_ecs_image.engine.containers import Completed, Volume
from tests.s3 import credential_servers
from tests.s3.credential_servers import CONTAINER_PATH, Keys, credential_server
from tests.s3.fault_proxy import fault_proxy
from tests.s3.faults import HEALTHY, Answer, Fault, Request, signed_by
from tests.s3.moto_server import roles_assumed, s3_endpoint
from tests.s3.rclone_server import serve_s3

from .bridge import bridge_address
from .worker_images import WorkerImage

BUCKET = "credentials-bucket"
KEYS = Keys("ASIAOFTHETASK", "secret-of-the-task-role", "token/of+the=task-role")
AGENT = "169.254.170.2"
COMMAND = ["bash", "-c", "cat /opt/airflow/dags/a.py"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds the bucket."""
    folder = tmp_path_factory.mktemp("s3") / "buckets"
    (folder / BUCKET / "dags").mkdir(parents=True)
    (folder / BUCKET / "dags/a.py").write_text("fetched")
    return folder


@pytest.fixture(scope="module")
def s3(folder: Path) -> Iterator[str]:
    """The URL of an S3 for the keys and the token of the task role alone."""
    address = bridge_address()
    with (
        serve_s3(folder, address=address, keys={KEYS.access_key: KEYS.secret_key}) as server,
        fault_proxy(server.url, signed_by(KEYS.access_key, KEYS.token), address=address) as proxy,
    ):
        yield proxy.url


def fetch(image: WorkerImage, s3: str, environment: Mapping[str, str], **options: object) -> Completed:
    whole = {
        "S3_URI": f"s3://{BUCKET}/dags",
        "AWS_ENDPOINT_URL_S3": s3,
        "AWS_REGION": "eu-central-1",
        **environment,
    }
    return containers.run(image.tag, COMMAND, environment=whole, **options)  # type: ignore[arg-type]


def assert_fetched(completed: Completed) -> None:
    assert (completed.exit_code, completed.stderr) == (0, "")
    assert completed.stdout.startswith("fetch-dags: 1 file from ")
    assert completed.stdout.endswith("fetched")


@pytest.fixture
def network_of_ecs() -> Iterator[str]:
    """A network with the address of the ECS agent in it, which is the same in every task."""
    name = f"airflow-ecs-image-test-{secrets.token_hex(3)}"
    Engine().docker("network", "create", "--subnet", "169.254.170.0/24", "--gateway", "169.254.170.1", name)
    yield name
    Engine().docker("network", "rm", "--force", name)


@pytest.fixture
def agent(default_image: WorkerImage, network_of_ecs: str) -> Iterator[str]:
    """A server at that address and at port 80; its source goes in as an argument, for it has no file there."""
    settings = {
        "address": AGENT,
        "port": 80,
        "access_key": KEYS.access_key,
        "secret_key": KEYS.secret_key,
        "token": KEYS.token,
    }
    source = Path(credential_servers.__file__).read_text(encoding="utf-8")
    program = f"import sys; sys.argv[1:] = [{json.dumps(settings)!r}]\n"
    arguments = ["--network", network_of_ecs, "--ip", AGENT, "--user", "0:0", "--entrypoint", "python"]
    identifier = (
        Engine()
        .docker(
            *("container", "run", "--detach", "--pull", "never", *arguments, "--", default_image.tag),
            *("-c", program + source.replace("from __future__ import annotations\n", "")),
        )
        .strip()
    )
    yield network_of_ecs
    Engine().docker("container", "rm", "--force", identifier)


def test_the_task_role_of_ecs(default_image: WorkerImage, agent: str, folder: Path) -> None:
    gateway = "169.254.170.1"
    with (
        serve_s3(folder, address=gateway, keys={KEYS.access_key: KEYS.secret_key}) as server,
        fault_proxy(server.url, signed_by(KEYS.access_key, KEYS.token), address=gateway) as proxy,
    ):
        environment = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": CONTAINER_PATH}

        assert_fetched(fetch(default_image, proxy.url, environment, network=agent))

        denied = fetch(
            default_image,
            proxy.url,
            {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/another"},
            network=agent,
        )
        assert denied.exit_code == 78
        assert "credentials endpoint answers 404" in denied.stderr


def test_instance_metadata(default_image: WorkerImage, s3: str) -> None:
    with credential_server(KEYS, address=bridge_address()) as metadata:
        completed = fetch(default_image, s3, {"AWS_EC2_METADATA_SERVICE_ENDPOINT": metadata.url})

    assert_fetched(completed)
    assert metadata.asked[0] == ("PUT /latest/api/token", 200)


@pytest.mark.parametrize("user", [None, "12345:0"])
def test_web_identity(default_image: WorkerImage, tmp_path: Path, user: str | None) -> None:
    def plan(request: Request) -> Fault:
        known = {(role.access_key_id, role.session_token) for role in roles_assumed()}
        right = (request.access_key, request.header("x-amz-security-token")) in known
        return HEALTHY if right else Fault(answer=Answer(403, "InvalidAccessKeyId"))

    token = tmp_path / "token"
    token.write_text("a-token")
    token.chmod(0o644)
    with (
        s3_endpoint(bridge_address()) as aws,
        fault_proxy(aws.url, plan, address=bridge_address()) as proxy,
    ):
        aws.fill(BUCKET, {"dags/a.py": b"fetched"})
        environment = {
            "AWS_ENDPOINT_URL_STS": aws.url,
            "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/dags",
            "AWS_WEB_IDENTITY_TOKEN_FILE": "/token",
        }
        completed = fetch(default_image, proxy.url, environment, user=user, volumes=[Volume(token, "/token")])

    assert_fetched(completed)


def test_a_profile(default_image: WorkerImage, s3: str, tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text(
        f"[team]\naws_access_key_id = {KEYS.access_key}\naws_secret_access_key = {KEYS.secret_key}\n"
        f"aws_session_token = {KEYS.token}\n"
    )
    tmp_path.chmod(0o755)

    completed = fetch(
        default_image,
        s3,
        {"AWS_PROFILE": "team"},
        volumes=[Volume(tmp_path, "/home/airflow/.aws")],
    )

    assert_fetched(completed)


def test_a_bucket_in_the_host_name(default_image: WorkerImage, tmp_path: Path) -> None:
    keys = {KEYS.access_key: KEYS.secret_key}
    with serve_s3(tmp_path / "buckets", address=bridge_address(), keys=keys, virtual_hosts=True) as server:
        server.fill(BUCKET, {"dags/a.py": b"fetched"})
        port = server.url.rpartition(":")[2]
        completed = fetch(
            default_image,
            f"http://s3.test:{port}",
            {
                "AWS_ACCESS_KEY_ID": KEYS.access_key,
                "AWS_SECRET_ACCESS_KEY": KEYS.secret_key,
                "DAG_FETCH_ADDRESSING": "virtual",
            },
            extra_hosts=[f"{BUCKET}.s3.test:{bridge_address()}"],
        )

    assert_fetched(completed)
