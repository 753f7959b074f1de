"""The image of a PostgreSQL, from Debian's packages, that lets everybody in."""

from __future__ import annotations

from bench.contenders.dockerfile import debian_with

DOCKERFILE = (
    debian_with("postgresql")
    + """
RUN cd /etc/postgresql/*/main && \\
    echo "listen_addresses = '*'" >>postgresql.conf && echo 'host all all all trust' >>pg_hba.conf && \\
    ln -s /usr/lib/postgresql/*/bin/postgres /usr/local/bin/postgres && mv "$PWD" /etc/postgresql/main
USER postgres
ENTRYPOINT ["bash", "-c", "exec postgres -D /var/lib/postgresql/*/main -c config_file=/etc/postgresql/main/postgresql.conf \
-c hba_file=/etc/postgresql/main/pg_hba.conf"]
"""
)
"""The build argument `root_filesystem` is a Debian to start from."""
