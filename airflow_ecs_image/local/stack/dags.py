"""The DAGs of a stack: in the volume of the control plane, and in S3 for workers that fetch them."""

from __future__ import annotations

import io
import secrets
import tarfile
from pathlib import Path

from airflow_ecs_image.console import Console
from airflow_ecs_image.context import DagFiles, collect_dag_files
from airflow_ecs_image.dags.location import location
from airflow_ecs_image.dags.packing import pack_dag_folder
from airflow_ecs_image.dags.publishing import publish
from airflow_ecs_image.dags.store import Store
from airflow_ecs_image.engine import Engine
from airflow_ecs_image.engine.labelled import labelled_containers
from airflow_ecs_image.errors import LocalServiceFailed
from airflow_ecs_image.local.model import Stack
from airflow_ecs_image.local.s3 import s3_client
from airflow_ecs_image.local.stack import names
from airflow_ecs_image.local.stack.specs import S3_URI
from airflow_ecs_image.spec import ImageSpec
from airflow_ecs_image.spec.label_names import LOCAL, LOCAL_SERVICE

_UID = 50000
_STAGE = "/tmp"
# A file that is the same stays as it is, with its time; one that changed is there as a whole, from one moment to the next,
# with a time in the near future: Airflow reads a file again at once when its time is later than the end of the last reading,
# which may just be under way. What was not sent goes, so that a DAG that was deleted is not there any more.
_SYNCHRONISE = f"""
import filecmp, os, shutil, sys, time
stage, root = sys.argv[1:]
kept = set()
for folder, _, files in os.walk(stage):
    target = os.path.normpath(os.path.join(root, os.path.relpath(folder, stage)))
    os.makedirs(target, exist_ok=True)
    os.chown(target, {_UID}, 0)
    for name in files:
        source, path = os.path.join(folder, name), os.path.join(target, name)
        kept.add(path)
        if os.path.isfile(path) and filecmp.cmp(source, path, shallow=False):
            continue
        part = path + ".part"
        shutil.copyfile(source, part)
        os.chown(part, {_UID}, 0)
        os.chmod(part, 0o664)
        os.utime(part, (time.time() + 3,) * 2)
        os.replace(part, path)
for folder, _, files in os.walk(root, topdown=False):
    for name in files:
        path = os.path.join(folder, name)
        if path not in kept:
            os.remove(path)
    if folder != root and not os.listdir(folder):
        os.rmdir(folder)
shutil.rmtree(stage)
"""


def refresh_dags(stack: Stack, image: ImageSpec, directory: Path, console: Console) -> None:
    """Give the stack the DAG folder of the image spec as it is now: to its control plane, and to S3 where workers fetch.

    Baked DAGs are in the image, which is built before. Raises DagFolderError, and LocalServiceFailed when the stack does
    not take them.
    """
    if stack.dag_source == "archive":
        packed = pack_dag_folder(image, directory, console)
        place = location(S3_URI["archive"].rpartition("/")[0])
        store = Store(place, s3_client(stack))
        publish(store, packed.archive, store.pointer(), keep=None, console=console)
    if not stack.dag_folder:
        return
    found = collect_dag_files(directory, image.host_dag_path, airflow_major=stack.major)
    if stack.dag_source == "s3":
        _upload(stack, found)
    fill_volume(stack.name, stack.dag_folder, found)


def fill_volume(stack: str, folder: str, found: DagFiles) -> None:
    """Make the volume of the control plane hold exactly these files."""
    engine = Engine()
    running = {
        each.labels.get(LOCAL_SERVICE): each
        for each in labelled_containers(LOCAL, stack, engine)
        if each.running
    }
    holder = running.get(names.DAG_PROCESSOR) or running.get(names.SCHEDULER)
    if holder is None:
        raise LocalServiceFailed(
            f"{stack}: neither {names.DAG_PROCESSOR} nor {names.SCHEDULER} runs",
            mend=names.command("up", stack),
        )
    container = holder.handle(engine)
    # A file is no folder's name: two commands at once would not meet.
    stage = f"dags-{secrets.token_hex(4)}"
    container.unpack(_archive(found, stage), _STAGE)
    done = container.exec(["python", "-c", _SYNCHRONISE, f"{_STAGE}/{stage}", folder], user="0")
    if done.exit_code != 0:
        raise LocalServiceFailed(
            f"{stack}: the DAG folder {folder} cannot be written", details=(done.stderr,)
        )


def _upload(stack: Stack, found: DagFiles) -> None:
    """The prefix then holds exactly these files; what is new comes before what is old goes."""
    client = s3_client(stack)
    prefix = S3_URI["s3"].partition(f"{names.DAG_BUCKET}/")[2]
    wanted = {f"{prefix}/{path}": found.folder / path for path in found.files}
    for key, path in wanted.items():
        client.put_object(Bucket=names.DAG_BUCKET, Key=key, Body=path.read_bytes())
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=names.DAG_BUCKET, Prefix=f"{prefix}/")
    for page in pages:
        for entry in page.get("Contents", ()):
            if entry["Key"] not in wanted:
                client.delete_object(Bucket=names.DAG_BUCKET, Key=entry["Key"])


def _archive(found: DagFiles, folder: str) -> bytes:
    """The files below a folder of that name, what a symbolic link names in the place of the link."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for path in found.files:
            content = (found.folder / path).read_bytes()
            member = tarfile.TarInfo(f"{folder}/{path}")
            member.size, member.mode = len(content), 0o664
            tar.addfile(member, io.BytesIO(content))
    return stream.getvalue()
