"""The state of a push from what docker and skopeo draw; the lines are theirs."""

from __future__ import annotations

from airflow_ecs_image.registry.transfer import Transfer

UP, CLEAR, DOWN = "\x1b[2A", "\x1b[2K", "\x1b[2B"
DIGEST = "sha256:" + "b" * 64


def fed(*lines: str) -> Transfer:
    transfer = Transfer()
    for line in lines:
        transfer.feed(line)
    return transfer


def test_docker() -> None:
    transfer = fed(
        "The push refers to repository [registry.example.com/a]",
        f"{UP}{CLEAR}",
        "f935ce1e950f: Preparing ",
        "5b72d6d34240: Waiting ",
        "26fe71ef5186: Pushing [=======>     ]     512B/3.543kB",
        "f935ce1e950f: Pushing [=============>         ]  63.85MB/238.9MB",
        "26fe71ef5186: Pushing [=============>]  9.728kB",
        "26fe71ef5186: Pushed ",
        "5b72d6d34240: Layer already exists ",
        f"{DOWN}",
    )
    assert transfer.spoken() == "2 of 3 layers, 63.9 MB of 238.9 MB"
    assert transfer.already_there == 1
    assert transfer.digest == ""
    transfer.feed("f935ce1e950f: Pushed ")
    transfer.feed(f"{DOWN}1: digest: {DIGEST} size: 1785")
    assert transfer.spoken() == "3 of 3 layers, 238.9 MB of 238.9 MB"
    assert transfer.digest == DIGEST


def test_a_layer_of_another_repository() -> None:
    assert fed("f935ce1e950f: Mounted from team/other ").already_there == 1


def test_skopeo() -> None:
    transfer = fed(
        "Getting image source signatures",
        "Copying blob bbd8948628e7 [======] 323.0KiB / 323.0KiB",
        "Copying blob f935ce1e950f [>-----] 1.0MiB / 2.0MiB",
        "Copying blob bbd8948628e7 done  ",
        "Copying blob 43eb1b7eb8e9 skipped: already exists  ",
        "Copying config 679f0db89a [======] 6.5KiB / 6.5KiB",
    )
    assert transfer.spoken() == "2 of 3 layers, 1.4 MB of 2.4 MB"
    assert transfer.already_there == 1


def test_a_countdown_is_one_round() -> None:
    countdown = [f"f935ce1e950f: Retrying in {seconds} seconds " for seconds in (5, 4, 3, 2)]
    transfer = fed(*countdown, "f935ce1e950f: Retrying in 1 second ")
    assert transfer.rounds == 1
    for seconds in range(10, 1, -1):
        transfer.feed(f"f935ce1e950f: Retrying in {seconds} seconds ")
    assert transfer.rounds == 2
    transfer.feed("f935ce1e950f: Pushing [>  ] 1kB/2kB")
    transfer.feed("f935ce1e950f: Retrying in 5 seconds ")
    assert transfer.rounds == 3


def test_other_lines_say_nothing() -> None:
    transfer = fed("", "\x1b[1A", "Writing manifest to image destination", "warning: something")
    assert transfer.layers == {}
    assert transfer.spoken() == "0 of 0 layers"
