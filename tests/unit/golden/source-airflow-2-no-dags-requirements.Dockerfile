# Airflow 2.11.2 on Python 3.11 for the AWS ECS executor
# Rendered by airflow-ecs-image 0.1.0: change the image spec and render again rather than edit this file.
# It builds without the toolkit: docker build --tag airflow-ecs-image:2.11.2-python3.11 .
#
# FROM chooses among the stages of this file, which have no tags:
# hadolint global ignore=DL3006
# The Debian suite is the pin of its packages:
# hadolint global ignore=DL3008

# What `docker build --build-arg` may set. An argument without a value leaves nothing behind in the image.
ARG aws_default_region
ARG s3_uri
ARG host_dag_path
ARG container_dag_path="/opt/airflow/dags"
ARG requirements_path="requirements.txt"
# What `build` sets: an archive in the build context that is the layer of the DAG files.
ARG dag_layer

# Runs on the builder's own processor whatever the platform of the image: downloads, unpacks and compiles bytecode.
FROM --platform=$BUILDPLATFORM debian:bookworm-slim@sha256:0000000000000000000000000000000000000000000000000000000000000000 AS toolbox
COPY --chmod=755 <<'ONLINE' /toolbox/online
# Sourced by each step that downloads. Package index, proxy and CA bundle are BuildKit secrets: no layer holds them.
if [ -f /run/secrets/network ]; then set -a; . /run/secrets/network; set +a; fi
if [ -f /run/secrets/ca-bundle ]; then export SSL_CERT_FILE=/run/secrets/ca-bundle PIP_CERT=/run/secrets/ca-bundle; fi
ONLINE

COPY --chmod=755 <<'PIP' /toolbox/pip
#!/bin/sh
# uv pip, for the platform of the image, which need not be the builder's.
set -eu
case "${TARGETARCH}" in arm64) machine=aarch64 ;; *) machine=x86_64 ;; esac
exec /toolbox/python/bin/uv pip "$@" --quiet --python-platform "${machine}-manylinux_2_36"
PIP

COPY --chmod=755 <<'STAMP' /toolbox/stamp
#!/bin/sh
# stamp PATH…: one time for each PATH and all below it. A build at another time then makes the same layers, and a layer
# that is made again is the same as before.
find "$@" -exec touch --no-dereference --date=@1795564800 {} +
STAMP

COPY --chmod=755 <<'COMPILE' /toolbox/compile
#!/bin/sh
# compile SINCE DIRECTORY: bytecode for the modules in DIRECTORY that are newer than SINCE.
# Unchecked-hash bytecode needs no stat at import, outlives modification times and is the same on every processor.
# Some packages carry templates and modules for other Pythons, which do not compile: that is no failure.
set -eu
find "$2" -name '*.py' -cnewer "$1" >/toolbox/modules
"$2/bin/python" -X no_debug_ranges -m compileall -q -f -j 0 --invalidation-mode unchecked-hash \
  -i /toolbox/modules >/dev/null || true
COMPILE

COPY --chmod=755 <<'PACK_BYTECODE' /toolbox/pack-bytecode
# sha256:130721c09f8dc6d11871095367ce5861a9da26764198411fbb8bddd5c782851d (68 lines)
PACK_BYTECODE

COPY --chmod=755 <<'PARSE_YAML' /toolbox/parse-yaml
# sha256:5e655afcc43d2313419c95c668be973cb321439ecb23a2d910db10085d7ba5ce (34 lines)
PARSE_YAML

COPY --chmod=755 <<'SEAL' /toolbox/seal
#!/bin/bash
# seal SINCE DIRECTORY: copy the files of DIRECTORY that are newer than SINCE to /layer, readable by every uid. Copied from
# /layer/ to / a folder keeps its time even where the image has it already; copied into that folder it would not.
set -euo pipefail
case "$2" in /home/airflow/*) install -d -o 50000 -g 0 -m 775 /layer/home/airflow ;; esac
mkdir -p "/layer$2"
find "$2" -cnewer "$1" ! -type d -printf '%P\0' |
  tar --create --directory "$2" --null --files-from - | tar --extract --directory "/layer$2"
chown --recursive --no-dereference 50000:0 "/layer$2"
chmod --recursive u+rwX,g=u,o=rX "/layer$2"
/toolbox/stamp /layer
SEAL

COPY <<'LOCK' /toolbox/uv.txt
# sha256:5524c8c46ac22bc9c9e5e24f91532371d62457a68b58288442619a232a2c2cbe (2 lines)
LOCK

RUN --mount=type=secret,id=network --mount=type=secret,id=ca-bundle \
    --mount=type=cache,id=apt-bookworm,target=/var/cache/apt,sharing=locked <<'STEP'
# Install the tools of the build
set -eu
. /toolbox/online
rm -f /etc/apt/apt.conf.d/docker-clean
apt-get update -qq
apt-get install -qq --yes --no-install-recommends \
  binutils-multiarch \
  ca-certificates \
  mmdebstrap \
  python3.11 \
  python3.11-venv >/dev/null
rm -rf /var/lib/apt/lists/*
STEP

RUN --mount=type=secret,id=network --mount=type=secret,id=ca-bundle \
    --mount=type=cache,id=uv,target=/root/.cache/uv,sharing=locked <<'STEP'
# Install uv
set -eu
. /toolbox/online
python3.11 -m venv /toolbox/python
/toolbox/python/bin/pip install --quiet --require-hashes --requirement /toolbox/uv.txt
STEP

# Debian with this Python and nothing else: no package manager, no documentation, no translations.
FROM toolbox AS native-root
COPY --chmod=755 <<'BOOTSTRAP' /toolbox/bootstrap
#!/bin/sh
# bootstrap ARCHITECTURE VARIANT DIRECTORY: a Debian root filesystem (man mmdebstrap, "essential" and "extract").
set -eu
# The day in /etc/shadow on which a password was changed is today's where nothing says another.
export SOURCE_DATE_EPOCH=1795564800
mmdebstrap --quiet --mode=root --architectures="$1" --variant="$2" --skip=chroot/mount,check/chrooted,check/qemu \
  --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/lintian/*' \
  --include='?essential' --include=ca-certificates,dumb-init,libstdc++6,python3.11 \
  bookworm "$3" \
  'deb http://deb.debian.org/debian bookworm main' \
  'deb http://deb.debian.org/debian bookworm-updates main' \
  'deb http://deb.debian.org/debian-security bookworm-security main'
BOOTSTRAP

ARG BUILDARCH
RUN --mount=type=secret,id=network --mount=type=secret,id=ca-bundle \
    --mount=type=cache,id=apt-bookworm,target=/var/cache/apt,sharing=locked <<'STEP'
# Bootstrap Debian with Python 3.11
set -eu
. /toolbox/online
/toolbox/bootstrap "${BUILDARCH}" essential /root-filesystem
root=/root-filesystem
rm -rf "${root}"/var/lib/apt "${root}"/var/cache/* "${root}"/var/log/* "${root}"/var/lib/dpkg/*-old \
  "${root}"/etc/passwd- "${root}"/etc/group- "${root}"/etc/shadow- "${root}"/etc/gshadow-
python3.11 -X no_debug_ranges -m compileall -q -f -s /root-filesystem --invalidation-mode unchecked-hash \
  /root-filesystem/usr/lib/python3.11
echo 'airflow:x:50000:0:airflow:/home/airflow:/bin/bash' >>/root-filesystem/etc/passwd
chmod g=u /root-filesystem/etc/passwd
for directory in home/airflow opt/airflow opt/airflow/dags opt/airflow/logs; do
  install -d -o 50000 -g 0 -m 775 "/root-filesystem/${directory}"
done
/toolbox/stamp /root-filesystem
STEP

# For another processor the packages are only unpacked, natively; what their scripts write, the native twin has written
# already: all that it has and the other has not, but its own shared libraries. Emulating the scripts takes five minutes.
FROM native-root AS root-filesystem
COPY --chmod=755 <<'TRANSPLANT' /toolbox/transplant
#!/bin/bash
# transplant FROM TO: turn /root-filesystem, bootstrapped for the architecture FROM, into its twin for TO.
set -euo pipefail
/toolbox/bootstrap "$2" extract /twin
rm -rf /twin/var/lib/apt /twin/var/lib/dpkg /twin/var/cache/* /twin/var/log/*
cd /root-filesystem
find . ! -path '*-linux-gnu*' ! -path './usr/lib64*' ! -path './lib64*' ! -name ld.so.cache -print0 |
  tar --create --no-recursion --null --files-from - | tar --extract --directory /twin --skip-old-files
for file in /twin/var/lib/dpkg/info/*:"$1".*; do
  mv "${file}" "${file%:*}:$2.${file##*.}"
done
sed -i "s/^Architecture: $1\$/Architecture: $2/" /twin/var/lib/dpkg/status
rm -r /root-filesystem
mv /twin /root-filesystem
/toolbox/stamp /root-filesystem
TRANSPLANT

COPY --chmod=755 <<'ENTRYPOINT' /toolbox/base-entrypoint
# sha256:3f521c4c9d6523726fa70af2e57a279c07ba3de5cd991ad8156c030645b92ecf (57 lines)
ENTRYPOINT

ARG BUILDARCH
ARG TARGETARCH
RUN --mount=type=secret,id=network --mount=type=secret,id=ca-bundle \
    --mount=type=cache,id=apt-bookworm,target=/var/cache/apt,sharing=locked <<'STEP'
# Make it Debian for the platform of the image
set -eu
. /toolbox/online
if [ "${TARGETARCH}" != "${BUILDARCH}" ]; then /toolbox/transplant "${BUILDARCH}" "${TARGETARCH}"; fi
cp /toolbox/base-entrypoint /root-filesystem/entrypoint
/toolbox/stamp /root-filesystem/entrypoint
STEP

# Airflow, the executor package and what they need, each file by its hash.
FROM toolbox AS packages
ARG TARGETARCH
ENV UV_LINK_MODE=copy UV_PYTHON=/home/airflow/.local/bin/python
COPY <<'LOCK' /toolbox/airflow.txt
# sha256:f23689fc6423a6b50bb46ade0279273460e79b7832a2e78b3d35110a36d2160c (156 lines)
LOCK

RUN --mount=type=secret,id=network --mount=type=secret,id=ca-bundle \
    --mount=type=cache,id=uv,target=/root/.cache/uv,sharing=locked <<'STEP'
# Install Airflow and the executor package
set -eu
. /toolbox/online
/toolbox/python/bin/uv venv --quiet --python /usr/bin/python3.11 /home/airflow/.local
# What is built from source is built by the pinned setuptools: another would leave its own version in the package.
/toolbox/pip install --no-deps --require-hashes --build-constraints /toolbox/airflow.txt --requirements /toolbox/airflow.txt
/toolbox/pip check
sed -n 's/^\([^ #]*==[^ ]*\).*/\1/p' /toolbox/airflow.txt >/toolbox/constraints.txt
STEP

RUN <<'STEP'
# Leave out what no worker needs, and compile the rest
set -eu
site=/home/airflow/.local/lib/python3.11/site-packages
# A worker serves no pages.
rm -rf "${site}/airflow/ui/dist/assets" "${site}/airflow/ui/dist/i18n" "${site}/airflow/www/static/dist"
find "${site}" -type d -name tests -exec sh -c 'ls "$1"/test_*.py >/dev/null 2>&1' _ {} \; -prune -exec rm -rf {} +
find "${site}" -type f -regex '.*\.\(pyi\|c\|cpp\|h\|pyx\|pxd\)' -delete
find "${site}" -type f \( -name '*.so' -o -name '*.so.*' \) -exec strip --strip-unneeded {} +
touch --date=@0 /toolbox/since
/toolbox/compile /toolbox/since /home/airflow/.local
/home/airflow/.local/bin/python -B /toolbox/parse-yaml /home/airflow/.local/lib/python3.11/site-packages /toolbox/since 1795564800
/home/airflow/.local/bin/python -B /toolbox/pack-bytecode /home/airflow/.local/lib/python3.11/site-packages /toolbox/since 1795564800
install -D -o 50000 -g 0 -m 644 /toolbox/constraints.txt /layer/home/airflow/constraints.txt
/toolbox/seal /toolbox/since /home/airflow/.local
STEP

FROM scratch AS airflow
COPY --from=root-filesystem /root-filesystem/ /
COPY --from=packages /layer/ /
ENV AIRFLOW_HOME=/opt/airflow \
    AIRFLOW_UID=50000 \
    AIRFLOW_USER_HOME_DIR=/home/airflow \
    AIRFLOW_VERSION="2.11.2" \
    AIRFLOW__CORE__LOAD_EXAMPLES=false \
    DUMB_INIT_SETSID=1 \
    LANG=C.UTF-8 \
    PATH=/home/airflow/.local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    VIRTUAL_ENV=/home/airflow/.local

# The AWS CLI in an environment of its own: it cannot move Airflow's botocore or docutils.
# Its service models are read compressed as well, and its examples serve `aws help` alone: 151 MB become 29.
FROM toolbox AS aws-cli
ARG TARGETARCH
ENV UV_LINK_MODE=copy UV_PYTHON=/opt/aws-cli/bin/python
COPY <<'LOCK' /toolbox/aws-cli.txt
# sha256:81fa3cba027e5f1be5c25e30dd6699a1b5ac65e8fbe0e72e8b2dc826712c8a53 (11 lines)
LOCK

RUN --mount=type=secret,id=network --mount=type=secret,id=ca-bundle \
    --mount=type=cache,id=uv,target=/root/.cache/uv,sharing=locked <<'STEP'
# Install the AWS CLI
set -eu
. /toolbox/online
/toolbox/python/bin/uv venv --quiet --python /usr/bin/python3.11 /opt/aws-cli
touch --date=@0 /toolbox/since
/toolbox/pip install --no-deps --require-hashes --requirements /toolbox/aws-cli.txt
rm -r /opt/aws-cli/lib/python3.11/site-packages/awscli/examples
find /opt/aws-cli -path '*/botocore/data/*/*' -name '*.json' -exec gzip -9 --no-name {} +
/toolbox/compile /toolbox/since /opt/aws-cli
mkdir -p /layer/usr/local/bin
ln -s /opt/aws-cli/bin/aws /layer/usr/local/bin/aws
/toolbox/seal /toolbox/since /opt/aws-cli
STEP

FROM airflow AS airflow-with-aws-cli
COPY --from=aws-cli /layer/ /

# What runs before Airflow, with bytecode: it is imported whenever a container starts.
FROM toolbox AS entrypoint-files
COPY --chmod=755 <<'ENTRYPOINT' /layer/opt/airflow-ecs-image/entrypoint
# sha256:75adc6e8332165e449b8c9e77d5263cfed69104a84fe063bac1e2f1a2bdca0a9 (40 lines)
ENTRYPOINT

COPY --chmod=644 <<'FETCH' /layer/opt/airflow-ecs-image/fetch-dags.py
# sha256:36df041787f1c12dcbbda7a30eb6c557dea6be265dc9fd265507d7d5756d2bd2 (13 lines)
FETCH

COPY --chmod=644 <<'__init__.py' <<'archive.py' <<'botocore_credentials.py' <<'connection.py' <<'credentials.py' <<'deadline.py' <<'endpoint.py' <<'failures.py' <<'integrity.py' <<'listing.py' <<'log.py' <<'main.py' <<'prefix.py' <<'quoting.py' <<'removal.py' <<'s3.py' <<'s3_errors.py' <<'settings.py' <<'signature.py' <<'staging.py' <<'swap.py' <<'tar.py' <<'transport.py' <<'tree.py' <<'unpacking.py' /layer/opt/airflow-ecs-image/fetch_dags/
# sha256:db391aea68ccfeff60e23d9037a4e978c690b7dda09ab4b3716dd0edc05c7559 (7 lines)
__init__.py
# sha256:4b0b40eacdfbc4c52efdf3881ee906f3f74889dad02f582f1cb027dbdf181f6c (161 lines)
archive.py
# sha256:34977e50b329bad600ad0abe64ff65d63b0ce40a6f8494ccb322e2bbb51d04bb (39 lines)
botocore_credentials.py
# sha256:c2eaa35aac880ef49597ca10907c07707772af252d7b8edc91af397dbffd962b (187 lines)
connection.py
# sha256:838e16d5e75df77a5526c6fa1f3db965c1afff0cd5e4c2dbacd63e1e4711386d (160 lines)
credentials.py
# sha256:488bf24c42c2829fedfce62009b69e94ce3d56522d9795d08f9cbdc8afc3624b (67 lines)
deadline.py
# sha256:496d0e6070b9ddfe16715b905821779f8ca3b4e71084a469f1ebc88e65d598f4 (127 lines)
endpoint.py
# sha256:eb6f122926cca60c52ff223a8aa315f5cf031fbce87f5052b2e73f6a394c1ce7 (75 lines)
failures.py
# sha256:2ab77cf21611ccf1a76e5bdec535c96e4676bba91cf5b96313599c060656c1a4 (83 lines)
integrity.py
# sha256:358d727f14253343f1b677e2f85ce32d4ba5dd59fea586b6a798841f61d9eda1 (102 lines)
listing.py
# sha256:fbd8eac41898b45182ad2b20de7559c69c883125bc438153ffc24b791b8a1503 (127 lines)
log.py
# sha256:75909e1a2026c15f71af975db2c9b3a7d173ed36819e35d33f8fc58fea19b007 (160 lines)
main.py
# sha256:bb24a002d7460aa65d036c8b5bd77665e2e5d331174342f23817d83315a4c600 (212 lines)
prefix.py
# sha256:014bf41901c5b919c019966f1a95886e8d23efdd48bae9edb6dbf764efa7edbc (25 lines)
quoting.py
# sha256:bc8bd1b937a869e02124e6f28040ef5f54174d0daac480feca85cbc4fcdb06c3 (34 lines)
removal.py
# sha256:aa2264f9ca88a258f89f84f31ce5a1c62fb483a2d461939227251aa20b8da0cc (150 lines)
s3.py
# sha256:5b41e13a18e62154277864b70518395cfbb4a507c7cb4c800a17689c477a3975 (90 lines)
s3_errors.py
# sha256:2a8caa3798a773c49c544e9a917c87f08930010045d69b3feae71088bb92e5c4 (100 lines)
settings.py
# sha256:384a7a3659fd7f8e883b9630af214d2dce310cab60f740d89fd2b8cdf79eb7ee (76 lines)
signature.py
# sha256:87395617e4b38dcc4cf979d863f145aa194aba1478a50e5ded8c575759153627 (150 lines)
staging.py
# sha256:09c1f3e5901534754704bcfc188a1d189da5ad03752a4f503d0b1df4a1ce4065 (163 lines)
swap.py
# sha256:e6fb3a55264a7eb584416d6daab60bb73970eabd5af93fbed8839f5d1b44905d (131 lines)
tar.py
# sha256:01f3169dd2ecac6dbf86ef76bb3191b30a7496920d0165569865f41fc5216628 (186 lines)
transport.py
# sha256:e21a2a054937f9d1ff50c6a7f8e128c8f88f7c55d8350a4cac0c57b43667b9ea (86 lines)
tree.py
# sha256:c8301863295d53c3f13fc41aa4dc784166cd4eedc6f7b6cfe8e0c94e50506da3 (157 lines)
unpacking.py

COPY --chmod=644 <<'__init__.py' <<'stand_in.py' <<'worker_command.py' <<'packed_bytecode.py' <<'collection.py' <<'libcst_import.py' <<'rich_and_anyio_import.py' <<'jsonschema_import.py' <<'serialization_import.py' <<'certificates.py' <<'commands.py' <<'webserver_import.py' <<'object_storage_import.py' <<'model_builds.py' <<'parsed_yaml.py' /layer/home/airflow/.local/lib/python3.11/site-packages/airflow_ecs_image_start/
# sha256:b78d395f2d343f802fc32b2e7cebd65a24719d37005a4e14ad1d2313778a1021 (4 lines)
__init__.py
# sha256:270b17dfb61605febb4f225d43931a86ef1b5fb4b9eac83e25152350c47425da (233 lines)
stand_in.py
# sha256:1d25623f7cf425053011547371bccad471dc948d2f6ddd436870cf8c9b9600c9 (16 lines)
worker_command.py
# sha256:afdc158a1c7762412af087eb507c1f9bbd72810bf47cecb9f00b05bc708f5ea2 (94 lines)
packed_bytecode.py
# sha256:7a647625a07a97a1dcee9fe3f504926088247de33e9d932ac89d01f0decddc4f (41 lines)
collection.py
# sha256:602e8a79d6841ed0bde4ffcf728d248e575b71f3217acdb14fab120bafcd536c (67 lines)
libcst_import.py
# sha256:f9e79a737f1f139f1b6cb74d1edb6d9721a75dbaeb15baadbf0ebb8a9bb0806a (75 lines)
rich_and_anyio_import.py
# sha256:1e31be699045ca70945a4d55b5f7eec14e49be3353b291e8daa1dcb6bfc7d895 (167 lines)
jsonschema_import.py
# sha256:7cfd2be5f6f62a1325e31f342223f7285a764c5199916a2eb2e0fa4fba4206c8 (41 lines)
serialization_import.py
# sha256:6f236d1adb27c03009fa9024e68c71e868e99579e1e83fa126417cd42c63347e (62 lines)
certificates.py
# sha256:0238441ca0625304c58b0e6783522766e0a98078dbdac444c33ff84a0a0227b9 (149 lines)
commands.py
# sha256:5bb2bc6dc2d41716d774451735de13c8825fea4d2e71e29e363d911992217b3b (71 lines)
webserver_import.py
# sha256:69aa3330904d0f41733b3f6f8ffabc749d5e9f13f5ff2ca61cca2c833edd8a02 (23 lines)
object_storage_import.py
# sha256:ced4937843305567a8bfdae548759d33a4958f09405f85d3dffd68ef3c536e34 (32 lines)
model_builds.py
# sha256:46b6640b6b0b3a343c50cc46a4db20f028507c842cb29a3d0c6e669d502d9c5a (83 lines)
parsed_yaml.py

COPY --chmod=644 <<'IMPORTS' /layer/home/airflow/.local/lib/python3.11/site-packages/airflow-ecs-image.pth
import airflow_ecs_image_start.packed_bytecode
import airflow_ecs_image_start.collection
import airflow_ecs_image_start.libcst_import
import airflow_ecs_image_start.rich_and_anyio_import
import airflow_ecs_image_start.jsonschema_import
import airflow_ecs_image_start.serialization_import
import airflow_ecs_image_start.certificates
import airflow_ecs_image_start.commands
import airflow_ecs_image_start.webserver_import
import airflow_ecs_image_start.object_storage_import
import airflow_ecs_image_start.model_builds
import airflow_ecs_image_start.parsed_yaml
IMPORTS

RUN <<'STEP'
# Compile it
set -eu
/toolbox/python/bin/python -m compileall -q -s /layer --invalidation-mode unchecked-hash /layer
install -d -o 50000 -g 0 -m 775 /layer/home/airflow
chown -R 50000:0 /layer/home/airflow
chmod -R u=rwX,g=u,o=rX /layer/home/airflow
/toolbox/stamp /layer
STEP

# dumb-init, then this entrypoint (it fetches the DAGs when S3_URI is set), then the base's /entrypoint: by exec all the way.
FROM airflow-with-aws-cli AS entrypoint
COPY --from=entrypoint-files /layer/ /
ENTRYPOINT ["/usr/bin/dumb-init", "--", "/opt/airflow-ecs-image/entrypoint"]
CMD []

# The user's requirements under the base's constraints: they add to Airflow's packages and never move them.
FROM packages AS requirements-layer
ARG requirements_path
COPY ["${requirements_path}", "/toolbox/requirements.txt"]
RUN --mount=type=secret,id=network --mount=type=secret,id=ca-bundle \
    --mount=type=cache,id=uv,target=/root/.cache/uv,sharing=locked <<'STEP'
# Install the requirements
set -eu
. /toolbox/online
rm -rf /layer
touch /toolbox/since && sleep 0.1
/toolbox/pip install --constraints /toolbox/constraints.txt \
  apache-airflow==2.11.2 \
  apache-airflow-providers-amazon==9.22.0 \
  --requirements /toolbox/requirements.txt
/toolbox/pip check
/toolbox/compile /toolbox/since /home/airflow/.local
/toolbox/seal /toolbox/since /home/airflow/.local
STEP

FROM entrypoint AS requirements
FROM entrypoint AS requirements-given
COPY --from=requirements-layer /layer/ /

# A DAG folder that every uid of group 0 can read and write, wherever it is, and what lies above it as the base has it.
FROM toolbox AS dag-folder
ARG container_dag_path
RUN install -d -o 50000 -g 0 -m 775 /layer/opt/airflow /layer/home/airflow "/layer${container_dag_path}" && \
    /toolbox/stamp /layer

# DAG files for every uid of group 0, whatever the modes of the checkout, and nothing that no DAG needs.
FROM dag-folder AS dag-files
ARG host_dag_path
ARG container_dag_path
COPY ["${host_dag_path}/", "/layer${container_dag_path}/"]
RUN <<'STEP'
# Leave out what no DAG needs, and let every uid read the rest
set -eu
find "/layer${container_dag_path}" -mindepth 1 \( \
  -name .git -o -name .hg -o -name .svn -o -name __pycache__ -o -name .venv -o -name '.env*' -o -name .aws -o -name .ssh \
  -o -name .netrc -o -name .pypirc -o -name '*.pem' -o -name '*.key' -o -name 'id_rsa*' -o -name 'id_ed25519*' \
  \) -prune -exec rm -rf {} +
chown -R 50000:0 "/layer${container_dag_path}"
chmod -R u=rwX,g=u,o=rX "/layer${container_dag_path}"
/toolbox/stamp /layer
STEP

FROM requirements${requirements_path:+-given} AS dags
COPY --from=dag-folder /layer/ /
FROM requirements${requirements_path:+-given} AS dags-given
COPY --from=dag-files /layer/ /
FROM requirements${requirements_path:+-given} AS dags-given-packed
ARG dag_layer
# The same layer as it was sent: ADD unpacks it, and no step has to prepare it.
# hadolint ignore=DL3020
ADD ["${dag_layer}", "/"]

FROM dags${host_dag_path:+-given}${dag_layer:+-packed} AS region
FROM dags${host_dag_path:+-given}${dag_layer:+-packed} AS region-given
ARG aws_default_region
ENV AWS_DEFAULT_REGION=${aws_default_region}

FROM region${aws_default_region:+-given} AS bucket
FROM region${aws_default_region:+-given} AS bucket-given
ARG s3_uri
ENV S3_URI=${s3_uri}

FROM bucket${s3_uri:+-given}
ARG container_dag_path
# A worker asks nothing of the database before it starts, and writes no bytecode: what it imports is compiled already.
# A DAG that names its executor is imported only where that executor is configured: the task definition may say more.
ENV AIRFLOW__CORE__DAGS_FOLDER=${container_dag_path} \
    AIRFLOW__CORE__EXECUTOR=LocalExecutor,airflow.providers.amazon.aws.executors.ecs.ecs_executor.AwsEcsExecutor \
    CONNECTION_CHECK_MAX_COUNT=0 \
    CONTAINER_DAG_PATH=${container_dag_path} \
    HOME=/home/airflow \
    PYTHONDONTWRITEBYTECODE=1
USER 50000
WORKDIR /opt/airflow

LABEL io.airflow-ecs-image.aws-cli="true"
LABEL io.airflow-ecs-image.base="source"
LABEL io.airflow-ecs-image.dag-path="/opt/airflow/dags"
LABEL io.airflow-ecs-image.dag-source="none"
LABEL io.airflow-ecs-image.executor-package="9.22.0"
LABEL io.airflow-ecs-image.root-filesystem="registry"
LABEL io.airflow-ecs-image.spec-hash="5236cab50035a4f49bb29d007f3de00ca67a1bc1c75f5a7d7a9fbbf8ea0d292a"
LABEL io.airflow-ecs-image.version="0.1.0"
LABEL org.apache.airflow.python.version="3.11"
LABEL org.apache.airflow.version="2.11.2"
LABEL org.opencontainers.image.base.digest="sha256:0000000000000000000000000000000000000000000000000000000000000000"
LABEL org.opencontainers.image.base.name="debian:bookworm-slim"
LABEL org.opencontainers.image.title="Airflow 2.11.2 worker for the AWS ECS executor"
LABEL org.opencontainers.image.version="2.11.2"
