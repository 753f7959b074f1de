"""What of this machine's network settings reaches the build, read back by a real shell as the build reads it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_ecs_image.context import NetworkSettings, network_settings
from airflow_ecs_image.errors import SpecError

INDEX, OTHER = "https://user:canary@index.example.com/simple", "https://other.example.com/simple"


@pytest.fixture
def found(tmp_path: Path) -> Path:
    """A folder that is / and holds the home of a user."""
    (tmp_path / "home").mkdir()
    return tmp_path


def read(folder: Path, environment: Mapping[str, str] | None = None, **more: Path | None) -> NetworkSettings:
    return network_settings(environment or {}, home=folder / "home", root=folder, **more)


def sourced(settings: NetworkSettings, folder: Path) -> dict[str, str]:
    """The variables that a program has after the build's steps read the secret."""
    secret = folder / "secret"
    secret.write_text(settings.variables, encoding="utf-8")
    done = subprocess.run(
        ["/bin/sh", "-euc", "set -a; . ./secret; set +a; exec /usr/bin/env -0"],
        cwd=folder,
        env={},
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""
    pairs = (entry.partition("=") for entry in done.stdout.decode(errors="surrogateescape").split("\0")[:-1])
    return {name: value for name, _, value in pairs if name not in {"PWD", "OLDPWD", "SHLVL", "_"}}


def test_nothing_known_is_nothing_said(found: Path) -> None:
    assert read(found) == NetworkSettings("", None, ())


def test_an_index_of_pip_is_uvs_too(found: Path) -> None:
    variables = sourced(
        read(
            found,
            {
                "PIP_INDEX_URL": INDEX,
                "PIP_EXTRA_INDEX_URL": f"{OTHER}\n https://third.example.com",
                "PIP_TRUSTED_HOST": "other.example.com  third.example.com:8443",
                "PIP_FIND_LINKS": f"{OTHER} https://third.example.com/x?a=b",
            },
        ),
        found,
    )
    assert variables == {
        "PIP_INDEX_URL": INDEX,
        "UV_DEFAULT_INDEX": INDEX,
        "PIP_EXTRA_INDEX_URL": f"{OTHER} https://third.example.com",
        "UV_INDEX": f"{OTHER} https://third.example.com",
        "PIP_TRUSTED_HOST": "other.example.com third.example.com:8443",
        "UV_INSECURE_HOST": "other.example.com third.example.com:8443",
        "PIP_FIND_LINKS": f"{OTHER} https://third.example.com/x?a=b",
        "UV_FIND_LINKS": f"{OTHER},https://third.example.com/x?a=b",
    }


def test_an_index_of_uv_is_pips_too(found: Path) -> None:
    variables = sourced(
        read(
            found,
            {
                "UV_DEFAULT_INDEX": INDEX,
                "UV_INDEX": f"corp={OTHER} https://third.example.com/simple",
                "UV_INDEX_CORP_USERNAME": "someone",
                "UV_INDEX_CORP_PASSWORD": "p'a$s s",
                "UV_INSECURE_HOST": "other.example.com",
                "UV_FIND_LINKS": f"{OTHER},https://third.example.com",
                "UV_CACHE_DIR": "/not/for/the/build",
            },
        ),
        found,
    )
    assert variables == {
        "PIP_INDEX_URL": INDEX,
        "UV_DEFAULT_INDEX": INDEX,
        "PIP_EXTRA_INDEX_URL": f"{OTHER} https://third.example.com/simple",
        "UV_INDEX": f"corp={OTHER} https://third.example.com/simple",
        "UV_INDEX_CORP_USERNAME": "someone",
        "UV_INDEX_CORP_PASSWORD": "p'a$s s",
        "PIP_TRUSTED_HOST": "other.example.com",
        "UV_INSECURE_HOST": "other.example.com",
        "PIP_FIND_LINKS": f"{OTHER} https://third.example.com",
        "UV_FIND_LINKS": f"{OTHER},https://third.example.com",
    }


def test_the_older_names_of_uv_count(found: Path) -> None:
    variables = sourced(read(found, {"UV_INDEX_URL": INDEX, "UV_EXTRA_INDEX_URL": OTHER}), found)
    assert (variables["UV_DEFAULT_INDEX"], variables["UV_INDEX"]) == (INDEX, OTHER)
    assert variables["PIP_INDEX_URL"] == INDEX


def test_each_tool_follows_its_own_variable_first(found: Path) -> None:
    (found / "home/.pip").mkdir()
    (found / "home/.pip/pip.conf").write_text("[global]\nindex-url = https://file.example.com\n")
    variables = sourced(read(found, {"PIP_INDEX_URL": INDEX, "UV_DEFAULT_INDEX": OTHER}), found)
    assert (variables["PIP_INDEX_URL"], variables["UV_DEFAULT_INDEX"]) == (INDEX, OTHER)


def test_a_given_file_is_stronger_than_everything(found: Path) -> None:
    given_file = found / "given.conf"
    given_file.write_text(f"[global]\nindex-url = {INDEX}\n")
    environment = {"PIP_INDEX_URL": OTHER, "UV_DEFAULT_INDEX": OTHER, "PIP_TRUSTED_HOST": "kept.example.com"}
    variables = sourced(read(found, environment, pip_conf=given_file), found)
    assert (variables["PIP_INDEX_URL"], variables["UV_DEFAULT_INDEX"]) == (INDEX, INDEX)
    assert variables["PIP_TRUSTED_HOST"] == "kept.example.com"


@pytest.mark.parametrize(
    "name", ["PIP_INDEX_URL", "UV_DEFAULT_INDEX", "PIP_EXTRA_INDEX_URL", "UV_FIND_LINKS"]
)
@pytest.mark.parametrize(
    "address",
    ["file:///srv/wheels", "/srv/wheels", "wheels", "../x", "git+ssh://user:canary@h/x", "http//typo"],
)
def test_what_a_build_cannot_reach_is_left_out_and_named(found: Path, name: str, address: str) -> None:
    result = read(found, {name: address})
    assert result.variables == ""
    assert result.ignored == (address.replace("user:canary", "***"),)


def test_what_it_can_reach_beside_it_stays(found: Path) -> None:
    result = read(found, {"PIP_FIND_LINKS": f"/srv/wheels {OTHER} file:///x"})
    assert sourced(result, found) == {"PIP_FIND_LINKS": OTHER, "UV_FIND_LINKS": OTHER}
    assert result.ignored == ("/srv/wheels", "file:///x")


@pytest.mark.parametrize("spelling", [str.upper, str.lower])
def test_proxies_reach_the_build_in_both_spellings(found: Path, spelling: type[str]) -> None:
    environment = {
        "HTTP_PROXY": "http://user:p%40ss@proxy.example.com:3128",
        "HTTPS_PROXY": "http://proxy.example.com:3128",
        "NO_PROXY": "localhost,.example.com",
        "ALL_PROXY": "socks5://proxy.example.com",
    }
    variables = sourced(read(found, {spelling(name): value for name, value in environment.items()}), found)
    assert variables == environment | {name.lower(): value for name, value in environment.items()}


def test_pips_own_proxy_counts_where_no_other_is_set(found: Path) -> None:
    variables = sourced(read(found, {"PIP_PROXY": "http://pip.example.com:1"}), found)
    assert variables["HTTPS_PROXY"] == variables["http_proxy"] == "http://pip.example.com:1"
    both = sourced(read(found, {"PIP_PROXY": "http://pip.example.com:1", "https_proxy": "http://p:2"}), found)
    assert both == {"HTTPS_PROXY": "http://p:2", "https_proxy": "http://p:2"}


HOSTILE = st.text(
    alphabet=st.sampled_from(["'", '"', "\\", "$", "`", "(", ")", ";", "&", "|", "\n", " ", "#", "a", "é", "{", "*", "~"])
    | st.characters(exclude_characters="\0", exclude_categories=["Cs"]),
    min_size=1,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(user=HOSTILE, password=HOSTILE)
def test_a_value_arrives_verbatim_and_nothing_of_it_runs(
    user: str, password: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp()
    environment = {"UV_INDEX_CORP_USERNAME": user, "UV_INDEX_CORP_PASSWORD": password, "NO_PROXY": user}
    result = network_settings(environment, home=folder / "none", root=folder / "none")
    assert sourced(result, folder) == {**environment, "no_proxy": user}


def test_settings_do_not_show_what_they_hold(found: Path) -> None:
    result = read(found, {"PIP_INDEX_URL": INDEX})
    assert "canary" in result.variables
    assert "canary" not in repr(result)


class TestCaBundle:
    def test_the_given_file_comes_first_then_pips_then_the_variables(self, found: Path) -> None:
        names = ("given", "pip", "ssl", "requests", "curl")
        files = {name: found / f"{name}.pem" for name in names}
        for file in files.values():
            file.write_text("certificate")
        environment = {
            "PIP_CERT": str(files["pip"]),
            "SSL_CERT_FILE": str(files["ssl"]),
            "REQUESTS_CA_BUNDLE": str(files["requests"]),
            "CURL_CA_BUNDLE": str(files["curl"]),
        }
        assert read(found, environment, ca_bundle=files["given"]).ca_bundle == files["given"]
        for name, variable in zip(names[1:], list(environment), strict=True):
            assert read(found, environment).ca_bundle == files[name]
            del environment[variable]
        assert read(found, environment).ca_bundle is None

    def test_a_variable_that_names_no_file_is_passed_over(self, found: Path) -> None:
        (found / "real.pem").touch()
        environment = {"PIP_CERT": "/nowhere.pem", "SSL_CERT_FILE": str(found / "real.pem")}
        assert read(found, environment).ca_bundle == found / "real.pem"
        assert read(found, {"SSL_CERT_FILE": str(found)}).ca_bundle is None

    def test_a_given_file_that_is_missing_is_refused(self, found: Path) -> None:
        with pytest.raises(SpecError, match=r"ca_bundle: .*missing\.pem is not a file"):
            read(found, ca_bundle=found / "missing.pem")
